import { z } from 'zod';
import { chainStart, describeBreak, followChain } from '#lib/audit/chain.ts';
import { auditLine } from '#lib/audit/line.ts';
import type { AuditItem } from '#components/audit-table.tsx';
import { readAuditChain, verifyAuditChain } from '#prisma/commands/audit.ts';
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
/** Longer chains are followed by the command line: a page must not take seconds. */
const followedAtMost = 20_000;

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

export interface ChainStanding {
  readonly whole: boolean;
  /** One sentence. */
  readonly words: string;
}

/** Whether the record is as it was written: all of it, or the newest part of a long one. */
export async function readChainStanding(): Promise<ChainStanding> {
  const count = await database().auditEntry.count();
  if (count <= followedAtMost) {
    const report = await verifyAuditChain(database());
    if (!report.whole) return { whole: false, words: describeBreak(report.broken) };
    if (count === 0) return { whole: true, words: 'Nothing is written yet.' };
    return { whole: true, words: `The chain is whole: ${count} entries, head ${report.end.head}.` };
  }
  const [first] = await database().auditEntry.findMany({ orderBy: { id: 'desc' }, skip: followedAtMost, take: 1 });
  let end = { ...chainStart, head: first?.hash ?? '', lastId: first?.id ?? null };
  for await (const batch of readAuditChain(database(), first?.id)) {
    const step = followChain(end, batch);
    if (step.broken !== null) return { whole: false, words: describeBreak(step.broken) };
    end = step.end;
  }
  return {
    whole: true,
    words: `The newest ${end.count} of ${count} entries are whole, head ${end.head}. latchwatch audit verify follows all.`,
  };
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
