import { z } from 'zod';
import type { Transaction } from '#prisma/client.ts';
import { isRepeatedOut } from '#lib/incidents/notify.ts';
import { noticePayload, type NoticePayload } from '#lib/model/notice.ts';
import type { Severity } from '#lib/model/finding.ts';
import { readStoredJson, storableText } from '#lib/model/stored-text.ts';
import { loadMade, severityWord } from './notices.ts';
import { leaseLost, leaseMs, type Claim } from './tasks.ts';

/** One message of the outbox. */
export interface Notice {
  readonly id: string;
  readonly incidentId: string;
  readonly routeId: string;
  /** 0 starts the thread. */
  readonly sequence: number;
  readonly payload: NoticePayload;
  readonly dedupKey: string;
  readonly instance: number;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  readonly overflowed: boolean;
  readonly attempts: number;
  /** Message-ID of the first mail that brought something of this incident by this route; null: none did. */
  readonly thread: string | null;
}

const noticeRow = z.object({
  id: z.string(),
  incident_id: z.string(),
  route_id: z.string(),
  sequence: z.number(),
  payload: z.string(),
  dedup_key: z.string(),
  instance: z.number(),
  created_at: z.date(),
  overflowed: z.boolean(),
  attempts: z.number(),
  thread: z.string().nullable(),
});

function readNotices(rows: unknown): readonly Notice[] {
  return z
    .array(noticeRow)
    .parse(rows)
    .map((row) => ({
      id: row.id,
      incidentId: row.incident_id,
      routeId: row.route_id,
      sequence: row.sequence,
      payload: noticePayload.parse(readStoredJson(row.payload)),
      dedupKey: row.dedup_key,
      instance: row.instance,
      createdAt: row.created_at.getTime(),
      overflowed: row.overflowed,
      attempts: row.attempts,
      thread: row.thread,
    }));
}

const maxPending = 200;
/** How many one digest tells of. */
export const maxDigestNotices = 500;
const maxOverflowed = 5000;

/**
 * What waits for a route to be sent at once, oldest first; at most 200, of those that overflowed 5000. Where more waits, the
 * oldest and those whose thread was tried least: what is refused again and again leaves room for others.
 */
export async function loadPending(
  db: Transaction,
  wanted: { readonly routeId: string; readonly overflowed: boolean },
): Promise<readonly Notice[]> {
  const rows = await db.$queryRaw`
    WITH waiting AS (
      SELECT id, created_at, incident_id, sequence, max(attempts) OVER (PARTITION BY incident_id) AS tries FROM notice
      WHERE route_id = ${wanted.routeId} AND sent_at IS NULL AND given_up_at IS NULL AND NOT digest AND NOT held
        AND overflowed = ${wanted.overflowed}
    ), portion AS (
      SELECT id FROM waiting
      ORDER BY least(
        row_number() OVER (ORDER BY created_at, incident_id, sequence),
        row_number() OVER (ORDER BY tries, created_at, incident_id, sequence)
      ) LIMIT ${wanted.overflowed ? maxOverflowed : maxPending}
    )
    SELECT notice.id, notice.incident_id, notice.route_id, sequence, payload::text AS payload, dedup_key, instance,
      notice.created_at, overflowed, attempts, thread.message_id AS thread
    FROM portion JOIN notice ON notice.id = portion.id JOIN incident ON incident.id = notice.incident_id
    LEFT JOIN LATERAL (
      SELECT message_id FROM notice AS first
      WHERE first.incident_id = notice.incident_id AND first.route_id = notice.route_id AND first.message_id IS NOT NULL
      ORDER BY first.sequence LIMIT 1
    ) AS thread ON true
    ORDER BY notice.created_at, incident_id, sequence`;
  return inThreadOrder(readNotices(rows));
}

/** A clock that went backwards must not turn a thread around: each place keeps its incident, which speaks in sequence. */
function inThreadOrder(notices: readonly Notice[]): readonly Notice[] {
  const threads = new Map<string, Notice[]>();
  for (const notice of notices.toSorted((a, b) => a.sequence - b.sequence)) {
    threads.set(notice.incidentId, [...(threads.get(notice.incidentId) ?? []), notice]);
  }
  return notices.flatMap(({ incidentId }) => threads.get(incidentId)?.shift() ?? []);
}

/** What waits for the digest of a route, oldest first. */
export async function loadDigest(db: Transaction, routeId: string): Promise<readonly Notice[]> {
  const rows = await db.$queryRaw`
    SELECT notice.id, incident_id, route_id, sequence, payload::text AS payload, dedup_key, instance,
      notice.created_at, overflowed, attempts, NULL AS thread
    FROM notice JOIN incident ON incident.id = notice.incident_id
    WHERE route_id = ${routeId} AND digest AND sent_at IS NULL AND NOT held
    ORDER BY notice.created_at, notice.id LIMIT ${maxDigestNotices}`;
  return readNotices(rows);
}

/** The last word to a route of each incident that is open, where the route was told at once; suspicions and children apart. */
export async function loadOpenTold(db: Transaction, routeId: string): Promise<readonly Notice[]> {
  const rows = await db.$queryRaw`
    SELECT DISTINCT ON (notice.incident_id) notice.id, incident_id, route_id, sequence, payload::text AS payload, dedup_key,
      instance, notice.created_at, overflowed, attempts, NULL AS thread
    FROM notice JOIN incident ON incident.id = notice.incident_id
    WHERE route_id = ${routeId} AND NOT held AND NOT digest AND root_id IS NULL
      AND state IN ('firing', 'acknowledged', 'recovering')
    ORDER BY notice.incident_id, sequence DESC`;
  return readNotices(rows).filter(({ payload }) => payload.reason !== 'resolved');
}

/** What stands open, was repeated to a route as often as it may be, and was taken by nobody. */
export async function loadRepeatedOut(db: Transaction, routeId: string): Promise<readonly NoticePayload[]> {
  const open = await loadOpenTold(db, routeId);
  const made = await loadMade(
    db,
    open.map(({ incidentId }) => incidentId),
  );
  const firing = await db.incident.findMany({
    where: { id: { in: open.map(({ incidentId }) => incidentId) }, state: 'firing' },
    select: { id: true },
  });
  const ofRoute = made.filter((notice) => notice.routeId === routeId);
  return open
    .filter(({ incidentId }) => firing.some(({ id }) => id === incidentId))
    .filter(({ incidentId }) => isRepeatedOut(ofRoute.filter((notice) => notice.incidentId === incidentId)))
    .map(({ payload }) => payload);
}

/** The severities that a route was told of an incident in its thread. */
export async function loadThreadSeverities(
  db: Transaction,
  thread: { readonly routeId: string; readonly incidentId: string },
): Promise<readonly Severity[]> {
  const rows = await db.$queryRaw`
    SELECT DISTINCT payload->>'severity' AS severity FROM notice
    WHERE route_id = ${thread.routeId} AND incident_id = ${thread.incidentId} AND reason <> 'resolved'`;
  return z
    .array(z.object({ severity: severityWord }))
    .parse(rows)
    .map(({ severity }) => severity);
}

const mailTimes = z.array(z.object({ sent_at: z.date() }));

/** When mails of a route went out within the last hour, oldest first; a summary or digest of many is one mail. */
export async function loadMailTimes(
  db: Transaction,
  { routeId, now }: { readonly routeId: string; readonly now: number },
): Promise<readonly number[]> {
  const since = new Date(now - 60 * 60 * 1000);
  const rows = await db.$queryRaw`
    SELECT sent_at FROM notice WHERE route_id = ${routeId} AND sent_at > ${since} AND NOT digest AND NOT overflowed
    UNION ALL
    SELECT DISTINCT sent_at FROM notice WHERE route_id = ${routeId} AND sent_at > ${since} AND (digest OR overflowed)
    ORDER BY sent_at`;
  return mailTimes.parse(rows).map(({ sent_at: at }) => at.getTime());
}

/** The hour of a route is full: all that waits goes out as one summary. */
export async function markOverflowed(tx: Transaction, routeId: string): Promise<void> {
  await tx.notice.updateMany({
    where: { routeId, sentAt: null, givenUpAt: null, digest: false, held: false },
    data: { overflowed: true },
  });
}

/**
 * Notes that messages went out; `remark` is what the relay found wrong although it took them, `messageId` the mail that
 * brought them, null where it was none. The lease begins anew. One statement, committed by itself: a worker that dies
 * before it has reached Postgres sends the same once more.
 * @throws LeaseLost, with nothing written, when another worker has the task or it was taken off the list.
 */
export async function noteSent(
  db: Transaction,
  claim: Claim,
  sent: {
    readonly notices: readonly Notice[];
    readonly remark: string | null;
    readonly messageId: string | null;
    readonly now: number;
  },
): Promise<void> {
  const at = new Date(sent.now);
  // A relay says what it likes.
  const remark = sent.remark === null ? null : storableText(sent.remark).slice(0, 500);
  const ids = sent.notices.map(({ id }) => id);
  const rows = await db.$queryRaw`
    WITH held AS MATERIALIZED (
      SELECT id FROM task WHERE id = ${claim.id} AND leased_by = ${claim.workerId} AND fence = ${claim.fence} FOR UPDATE
    ), prolonged AS (
      UPDATE task SET lease_until = now() + ${leaseMs} * interval '1 millisecond' WHERE id IN (SELECT id FROM held)
    ), taken AS (
      UPDATE notice SET sent_at = ${at}, attempts = attempts + 1, last_error = ${remark}, message_id = ${sent.messageId}
      WHERE id = ANY(${ids}::text[]) AND EXISTS (SELECT 1 FROM held)
      RETURNING incident_id, route_id, sequence, reason
    ), noted AS (
      INSERT INTO incident_event (incident_id, kind, at, actor, data)
      SELECT incident_id, 'notified', ${at}, 'latchwatch',
        jsonb_build_object('route', route_id, 'sequence', sequence, 'reason', reason)
      FROM taken ORDER BY incident_id, sequence
    )
    SELECT id FROM held`;
  if (z.array(z.unknown()).parse(rows).length === 0) throw leaseLost(claim);
}

/** Notes why messages did not go out. They stay in the outbox. `tried`: somebody was asked to take them. */
export async function markUnsent(
  tx: Transaction,
  unsent: { readonly ids: readonly string[]; readonly error: string; readonly tried: boolean },
): Promise<void> {
  await tx.notice.updateMany({
    where: { id: { in: [...unsent.ids] } },
    data: {
      lastError: storableText(unsent.error).slice(0, 500),
      ...(unsent.tried ? { attempts: { increment: 1 } } : {}),
    },
  });
}

/** Gives up what was written before `before`, was tried `tries` times or more, and was never taken. Gives how many. */
export async function giveUp(
  tx: Transaction,
  late: {
    readonly routeId: string;
    readonly before: number;
    readonly tries: number;
    readonly now: number;
    readonly error: string;
  },
): Promise<number> {
  const { count } = await tx.notice.updateMany({
    where: {
      routeId: late.routeId,
      sentAt: null,
      givenUpAt: null,
      held: false,
      attempts: { gte: late.tries },
      createdAt: { lte: new Date(late.before) },
    },
    data: {
      givenUpAt: new Date(late.now),
      lastError: storableText(`given up after a day: ${late.error}`).slice(0, 500),
    },
  });
  return count;
}
