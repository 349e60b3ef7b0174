import { z } from 'zod';
import { chainStart, describeBreak, followChain } from '#lib/audit/chain.ts';
import { auditLine } from '#lib/audit/line.ts';
import type { AuditItem } from '#components/audit-table.tsx';
import { readAuditChain } from '#prisma/commands/audit.ts';
import { readChainLook } from '#prisma/commands/audit-chain.ts';
import { database } from './database.ts';

export interface AuditFilter {
  /** A part of the address or name; null: anybody. */
  readonly actor: string | null;
  /** The beginning of the action, e.g. `sign-in`; null: any. */
  readonly action: string | null;
  /** A part of what it was done to; null: anything. */
  readonly subject: string | null;
}

const details = z.record(z.string(), z.unknown()).catch({});
const pageSize = 50;
/** The newest entries, which a page follows by itself. */
const followedByPage = 200;

/** A page of the record, the newest first; `next` continues it. */
export async function listAudit(
  { actor, action, subject }: AuditFilter,
  before: bigint | null,
): Promise<{ readonly items: readonly AuditItem[]; readonly next: string | null }> {
  const rows = await database().auditEntry.findMany({
    where: {
      ...(actor === null ? {} : { actor: { contains: actor, mode: 'insensitive' } }),
      ...(action === null ? {} : { action: { startsWith: action } }),
      ...(subject === null ? {} : { subject: { contains: subject, mode: 'insensitive' } }),
      ...(before === null ? {} : { id: { lt: before } }),
    },
    orderBy: { id: 'desc' },
    take: pageSize + 1,
  });
  const shown = rows.slice(0, pageSize);
  const items = shown.map((row) => ({
    id: String(row.id),
    at: row.at.getTime(),
    actor: row.actor,
    action: row.action,
    subject: row.subject,
    detail: Object.entries(details.parse(row.detail)).map(([name, value]) => ({ name, value: String(value) })),
  }));
  return { items, next: rows.length > pageSize ? (items.at(-1)?.id ?? null) : null };
}

/** Actions that the record has, for a filter. */
export async function listAuditActions(): Promise<readonly string[]> {
  const rows = await database().auditEntry.findMany({ distinct: ['action'], select: { action: true }, take: 200 });
  return rows.map(({ action }) => action).toSorted();
}

export type ChainStanding =
  | { readonly kind: 'whole' | 'broken'; readonly at: number; readonly words: string }
  /** Nobody followed all of it yet; the newest entries fit. */
  | { readonly kind: 'never'; readonly words: string };

/**
 * Whether the record is as it was written: what came of the last time that somebody followed all of it (`at`, milliseconds
 * since the epoch), and whether the newest entries still fit. A page does not follow a long chain.
 */
export async function readChainStanding(now: number): Promise<ChainStanding> {
  const [look, broken] = await Promise.all([readChainLook(database()), followNewest()]);
  if (broken !== null) return { kind: 'broken', at: now, words: broken };
  if (look === null)
    return { kind: 'never', words: 'Nobody has followed the whole chain yet; the newest entries fit.' };
  const at = look.at.getTime();
  return look.whole
    ? { kind: 'whole', at, words: `The chain was whole: ${String(look.entries)} entries, head ${look.head}.` }
    : { kind: 'broken', at, words: look.broken };
}

/** What does not fit among the newest entries, as a sentence; null: all do. */
async function followNewest(): Promise<string | null> {
  const [first] = await database().auditEntry.findMany({ orderBy: { id: 'desc' }, skip: followedByPage, take: 1 });
  let end = first === undefined ? chainStart : { ...chainStart, head: first.hash, lastId: first.id };
  for await (const batch of readAuditChain(database(), first?.id)) {
    const step = followChain(end, batch);
    if (step.broken !== null) return describeBreak(step.broken);
    end = step.end;
  }
  return null;
}

/** The whole record as NDJSON, the oldest first. */
export function exportAudit(): ReadableStream<Uint8Array> {
  const batches = readAuditChain(database());
  const encoder = new TextEncoder();
  return new ReadableStream({
    pull: async (controller) => {
      const { done, value } = await batches.next();
      if (done === true) controller.close();
      else controller.enqueue(encoder.encode(value.map((entry) => `${auditLine(entry)}\n`).join('')));
    },
    cancel: async () => {
      await batches.return();
    },
  });
}
