import { randomUUID } from 'node:crypto';
import { checkSilenceTime, silenceMatches, type SilenceMatch } from '#lib/incidents/silence.ts';
import { parseHostName } from '#lib/model/domain-name.ts';
import { err, ok, type Result } from '#lib/model/result.ts';
import type { Transaction } from '../client.ts';
import { writeAudit } from './audit.ts';
import { requestTask } from './tasks.ts';

/** A silence as a list shows it. */
export interface SilenceSummary extends SilenceMatch {
  readonly id: string;
  readonly reason: string;
  /** Planned work rather than a fault that is known. */
  readonly maintenance: boolean;
  /** Milliseconds since the epoch, as the others. */
  readonly startsAt: number;
  readonly endsAt: number;
  readonly createdAt: number;
  readonly createdBy: string;
  readonly endedAt: number | null;
  readonly endedBy: string | null;
}

const maxReasonCharacters = 500;
const maxListed = 500;

/**
 * Silences what matches, from `startsAt` to `endsAt`. What is still broken then is told. The error is a sentence for the
 * person who asks. `host` may be a name or `*.` and a name. Call it in a transaction.
 */
export async function createSilence(
  db: Transaction,
  wish: SilenceMatch & {
    readonly reason: string;
    readonly maintenance: boolean;
    readonly startsAt: Date;
    readonly endsAt: Date;
    readonly actor: string;
    readonly now: Date;
  },
): Promise<Result<{ readonly id: string }>> {
  const { code, incidentId, maintenance, startsAt, endsAt, actor, now } = wish;
  const reason = wish.reason.trim();
  if (reason === '') return err('Say why nobody is to be told.');
  if (reason.length > maxReasonCharacters) return err(`Say it in at most ${String(maxReasonCharacters)} characters.`);
  const time = checkSilenceTime({ startsAt: startsAt.getTime(), endsAt: endsAt.getTime(), now: now.getTime() });
  if (!time.ok) return time;
  const host = readPattern(wish.host);
  if (!host.ok) return host;
  if (code === null && host.value === null && incidentId === null) return err('Say what the silence is for.');
  if (incidentId !== null && (await db.incident.count({ where: { id: incidentId } })) === 0) {
    return err('This incident does not exist any more.');
  }
  const id = randomUUID();
  const match = { code, host: host.value, incidentId };
  await db.silence.create({
    data: { id, ...match, reason, maintenance, startsAt, endsAt, createdAt: now, createdBy: actor },
  });
  const detail = { ...match, reason, endsAt: endsAt.toISOString() };
  await writeAudit(db, { actor, action: 'silence.created', subject: id, detail, now });
  return ok({ id });
}

/** Ends a silence before its time. False: there is none, or it is over. What is still broken is told soon. */
export async function endSilence(
  db: Transaction,
  { id, actor, now }: { readonly id: string; readonly actor: string; readonly now: Date },
): Promise<boolean> {
  const { count } = await db.silence.updateMany({
    where: { id, endedAt: null, endsAt: { gt: now } },
    data: { endedAt: now, endedBy: actor },
  });
  if (count === 0) return false;
  await writeAudit(db, { actor, action: 'silence.ended', subject: id, detail: {}, now });
  await requestTask(db, { kind: 'remind', ref: 'remind', dueAt: now });
  return true;
}

/** Those that hold at this time. */
export async function readSilences(db: Transaction, now: Date): Promise<readonly SilenceSummary[]> {
  const rows = await db.silence.findMany({
    where: { endedAt: null, startsAt: { lte: now }, endsAt: { gt: now } },
    orderBy: { id: 'asc' },
  });
  return rows.map(summarize);
}

/** The latest silences, those that are over among them, the newest first; at most 500. */
export async function listSilences(db: Transaction): Promise<readonly SilenceSummary[]> {
  const rows = await db.silence.findMany({ orderBy: [{ createdAt: 'desc' }, { id: 'asc' }], take: maxListed });
  return rows.map(summarize);
}

/** The silence that holds for an incident, the one that lasts longest; null: none. */
export function findSilence(
  silences: readonly SilenceSummary[],
  incident: { readonly code: string; readonly host: string; readonly incidentId: string },
): SilenceSummary | null {
  const matching = silences.filter((silence) => silenceMatches(silence, incident));
  return matching.toSorted((a, b) => b.endsAt - a.endsAt)[0] ?? null;
}

function readPattern(text: string | null): Result<string | null> {
  const trimmed = text?.trim() ?? '';
  if (trimmed === '') return ok(null);
  const wildcard = trimmed.startsWith('*.');
  const name = parseHostName(wildcard ? trimmed.slice(2) : trimmed);
  return name.ok ? ok(`${wildcard ? '*.' : ''}${name.value.ascii}`) : name;
}

function summarize(row: {
  readonly id: string;
  readonly code: string | null;
  readonly host: string | null;
  readonly incidentId: string | null;
  readonly reason: string;
  readonly maintenance: boolean;
  readonly startsAt: Date;
  readonly endsAt: Date;
  readonly createdAt: Date;
  readonly createdBy: string;
  readonly endedAt: Date | null;
  readonly endedBy: string | null;
}): SilenceSummary {
  return {
    ...row,
    startsAt: row.startsAt.getTime(),
    endsAt: row.endsAt.getTime(),
    createdAt: row.createdAt.getTime(),
    endedAt: row.endedAt?.getTime() ?? null,
  };
}
