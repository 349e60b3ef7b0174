import { randomUUID } from 'node:crypto';
import { exceptionSubjects, type SignedException } from '#lib/checks/exceptions.ts';
import { parseEndpointKey } from '#lib/model/endpoint-key.ts';
import type { IncidentSubject } from '#lib/model/incident.ts';
import { err, ok, type Result } from '#lib/model/result.ts';
import type { Transaction } from '../client.ts';
import { requestDiscovery } from './domains.ts';
import { requestProbe } from './endpoints.ts';
import { requestTask, urgent } from './tasks.ts';
import { requestZone } from './zones.ts';

const dayMs = 86_400_000;

/** The longest that a finding may be accepted; who still does then signs again. */
export const maxExceptionDays = 400;

const maxReasonCharacters = 500;

/** An exception as a list shows it. */
export interface ExceptionSummary extends SignedException {
  readonly id: string;
  /** Milliseconds since the epoch. */
  readonly signedAt: number;
  readonly revokedBy: string | null;
}

/** Accepts a finding until a day. The error is a sentence for the person who signs. */
export async function signException(
  db: Transaction,
  signed: {
    readonly code: string;
    /** One of `exceptionSubjects`. */
    readonly subject: string;
    readonly reason: string;
    readonly endsAt: Date;
    readonly actor: string;
    readonly now: Date;
  },
): Promise<Result<{ readonly id: string }>> {
  const { code, subject, endsAt, actor, now } = signed;
  const reason = signed.reason.trim();
  if (reason === '') return err('Say why this may stay as it is.');
  if (reason.length > maxReasonCharacters) return err(`Say it in at most ${String(maxReasonCharacters)} characters.`);
  if (Number.isNaN(endsAt.getTime()) || endsAt <= now) return err('Choose a day that is still to come.');
  if (endsAt.getTime() - now.getTime() > maxExceptionDays * dayMs) {
    return err(`Choose a day at most ${String(maxExceptionDays)} days from now.`);
  }
  const id = randomUUID();
  await db.exception.create({ data: { id, code, subject, reason, signedBy: actor, signedAt: now, endsAt } });
  return ok({ id });
}

/**
 * Makes the next looks at what an exception is for due at once: what was signed, or taken back, is to count soon.
 * `actor` as in `requestDiscovery`.
 */
export async function requestRuns(
  db: Transaction,
  { subject, actor, now }: { readonly subject: string; readonly actor: string; readonly now: Date },
): Promise<void> {
  const [, kind, name] = /^(host|domain|zone):(.+)$/.exec(subject) ?? [];
  switch (kind) {
    case 'domain': {
      const domain = await db.domain.findUnique({ where: { name: name ?? '' }, select: { id: true } });
      if (domain !== null) await requestDiscovery(db, { domainId: domain.id, actor, now });
      return;
    }
    case 'zone': {
      const zone = await db.zone.findUnique({ where: { name: name ?? '' }, select: { id: true } });
      if (zone !== null) await requestZone(db, { zoneId: zone.id, now });
      return;
    }
    default: {
      const target = parseEndpointKey(subject);
      const where = kind === 'host' ? { host: name ?? '' } : target.ok ? target.value : null;
      if (where === null) return;
      const endpoints = await db.endpoint.findMany({
        where: { ...where, domains: { some: { removedAt: null, dismissed: false } } },
        select: { id: true, lastScannedAt: true },
        orderBy: { id: 'asc' },
        take: 200,
      });
      for (const { id, lastScannedAt } of endpoints) {
        await requestProbe(db, { endpointId: id, now });
        if (lastScannedAt !== null) await requestTask(db, { kind: 'scan', ref: id, dueAt: now, priority: urgent });
      }
    }
  }
}

/** Takes an exception back. False when there is none with this id; one taken back already keeps its first date. */
export async function revokeException(
  db: Transaction,
  { id, actor, now }: { readonly id: string; readonly actor: string; readonly now: Date },
): Promise<boolean> {
  await db.exception.updateMany({ where: { id, revokedAt: null }, data: { revokedAt: now, revokedBy: actor } });
  return (await db.exception.count({ where: { id } })) > 0;
}

/** One exception; null: there is none with this id. */
export async function findException(db: Transaction, id: string): Promise<ExceptionSummary | null> {
  const row = await db.exception.findUnique({ where: { id } });
  return row === null ? null : summarize(row);
}

/** The exceptions that count at this time for a subject, or for any of several, and for all that it stands for. */
export async function readExceptions(
  db: Transaction,
  { subject, now }: { readonly subject: IncidentSubject | readonly IncidentSubject[]; readonly now: number },
): Promise<readonly ExceptionSummary[]> {
  const wanted = [...new Set([subject].flat().flatMap(exceptionSubjects))];
  const rows = await db.exception.findMany({
    where: { subject: { in: wanted }, revokedAt: null, endsAt: { gt: new Date(now) } },
    take: 500,
  });
  return rows.map(summarize);
}

/** The latest exceptions, those that count no more among them, the newest first; at most 500. */
export async function listExceptions(db: Transaction): Promise<readonly ExceptionSummary[]> {
  const rows = await db.exception.findMany({ orderBy: [{ signedAt: 'desc' }, { id: 'asc' }], take: 500 });
  return rows.map(summarize);
}

function summarize(row: {
  readonly id: string;
  readonly code: string;
  readonly subject: string;
  readonly reason: string;
  readonly signedBy: string;
  readonly signedAt: Date;
  readonly endsAt: Date;
  readonly revokedAt: Date | null;
  readonly revokedBy: string | null;
}): ExceptionSummary {
  return {
    ...row,
    signedAt: row.signedAt.getTime(),
    endsAt: row.endsAt.getTime(),
    revokedAt: row.revokedAt?.getTime() ?? null,
  };
}
