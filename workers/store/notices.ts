import { z } from 'zod';
import type { Transaction } from '#prisma/client.ts';
import { urgent } from '#prisma/commands/tasks.ts';
import { isWorse } from '#lib/model/incident.ts';
import { noticePayload, type NoticePayload } from '#lib/model/notice.ts';
import type { Severity } from '#lib/model/finding.ts';
import { readStoredJson, storableJson, storableText } from '#lib/model/stored-text.ts';
import { enqueueTask } from './tasks.ts';
import { createUlid } from './ulid.ts';

/** One message of the outbox. */
export interface Notice {
  readonly id: string;
  readonly incidentId: string;
  /** 0 starts the thread. */
  readonly sequence: number;
  readonly payload: NoticePayload;
  readonly sent: boolean;
  readonly attempts: number;
  readonly lastError: string | null;
}

/**
 * Puts a message into the outbox, in the transaction of the decision. Errors and critical ones go out at once,
 * warnings with the next digest, and so does the end of what only digests told. A warning that becomes an error
 * before its digest went out goes out at once instead.
 */
export async function enqueueNotice(tx: Transaction, payload: NoticePayload): Promise<void> {
  const { incidentId, reason, severity } = payload;
  const earlier = await tx.notice.findMany({ where: { incidentId }, orderBy: { sequence: 'asc' } });
  const last = earlier.at(-1);
  const digest = reason === 'resolved' ? earlier.every((notice) => notice.digest) : isQuiet(severity);
  const pending = earlier.filter((notice) => notice.digest && notice.sentAt === null);
  if (!digest && reason !== 'resolved' && pending.length > 0) {
    await tx.notice.deleteMany({ where: { id: { in: pending.map(({ id }) => id) } } });
  }
  const sequence = (last?.sequence ?? -1) + 1;
  const id = createUlid(payload.decidedAt);
  const started = !digest && earlier.every((notice) => pending.includes(notice)) ? 'opened' : reason;
  const told = reason === 'resolved' ? payload : { ...payload, reason: started };
  await tx.$executeRaw`
    INSERT INTO notice (id, incident_id, reason, sequence, dedupe_key, digest, payload, created_at)
    VALUES (${id}, ${incidentId}, ${told.reason}, ${sequence}, ${`mail/${incidentId}/${sequence}`}, ${digest},
      ${storableJson(told)}::jsonb, ${new Date(payload.decidedAt)})`;
  if (!digest) await enqueueTask(tx, { kind: 'notify', ref: id, inMs: 0, priority: urgent });
}

const severityWord = z.enum(['info', 'warning', 'error', 'critical']);

const toldRow = z.object({ incident_id: z.string(), reason: z.string(), severity: severityWord });

const acceptedRow = z.object({ incident_id: z.string(), severity: severityWord });

/**
 * The worst severity that was told of each incident since it opened last. Where an operator accepted it, what was told
 * before does not count: it is told again once it is accepted no more.
 */
export async function loadToldSeverities(
  tx: Transaction,
  incidentIds: readonly string[],
): Promise<ReadonlyMap<string, Severity>> {
  const told = new Map<string, Severity>();
  if (incidentIds.length === 0) return told;
  const accepted = await tx.$queryRaw`
    SELECT DISTINCT ON (incident_id) incident_id, data->>'severity' AS severity FROM incident_event
    WHERE kind = 'accepted' AND incident_id = ANY(${[...incidentIds]}::text[]) ORDER BY incident_id, id DESC`;
  for (const row of z.array(acceptedRow).parse(accepted)) told.set(row.incident_id, row.severity);
  const rows = await tx.$queryRaw`
    SELECT incident_id, reason, payload->>'severity' AS severity FROM notice
    WHERE incident_id = ANY(${[...incidentIds]}::text[]) AND created_at > COALESCE((
      SELECT max(at) FROM incident_event WHERE kind = 'accepted' AND incident_event.incident_id = notice.incident_id
    ), '-infinity') ORDER BY incident_id, sequence`;
  for (const { incident_id: id, reason, severity } of z.array(toldRow).parse(rows)) {
    const before = told.get(id);
    if (reason === 'resolved') told.delete(id);
    else if (before === undefined || isWorse(severity, before)) told.set(id, severity);
  }
  return told;
}

const noticeRow = z.object({
  id: z.string(),
  incident_id: z.string(),
  sequence: z.number(),
  payload: z.string(),
  sent: z.boolean(),
  attempts: z.number(),
  last_error: z.string().nullable(),
});

function readNotices(rows: unknown): readonly Notice[] {
  return z
    .array(noticeRow)
    .parse(rows)
    .map(({ incident_id: incidentId, last_error: lastError, payload, ...row }) => ({
      ...row,
      incidentId,
      lastError,
      payload: noticePayload.parse(readStoredJson(payload)),
    }));
}

/** A message, and whether an earlier one of its thread has yet to go out; null where it is gone. */
export async function loadNotice(
  db: Transaction,
  id: string,
): Promise<{ readonly notice: Notice; readonly waits: boolean } | null> {
  const rows = await db.$queryRaw`
    SELECT id, incident_id, sequence, payload::text AS payload, sent_at IS NOT NULL AS sent, attempts, last_error
    FROM notice WHERE id = ${id}`;
  const [notice] = readNotices(rows);
  if (notice === undefined) return null;
  const { incidentId, sequence } = notice;
  const before = await db.notice.count({
    where: { incidentId, sequence: { lt: sequence }, digest: false, sentAt: null },
  });
  return { notice, waits: before > 0 };
}

const maxDigestNotices = 500;

/** What waits for the digest, oldest first. */
export async function loadDigest(db: Transaction): Promise<readonly Notice[]> {
  const rows = await db.$queryRaw`
    SELECT id, incident_id, sequence, payload::text AS payload, false AS sent, attempts, last_error
    FROM notice WHERE digest AND sent_at IS NULL ORDER BY created_at, id LIMIT ${maxDigestNotices}`;
  return readNotices(rows);
}

/** Notes that messages went out; `remark` is what the relay found wrong although it took them. Wakes the next of a thread. */
export async function markSent(
  tx: Transaction,
  sent: { readonly notices: readonly Notice[]; readonly remark: string | null; readonly now: number },
): Promise<void> {
  const at = new Date(sent.now);
  const ids = sent.notices.map(({ id }) => id);
  await tx.notice.updateMany({
    where: { id: { in: ids } },
    data: { sentAt: at, attempts: { increment: 1 }, lastError: sent.remark },
  });
  await tx.incidentEvent.createMany({
    data: sent.notices.map(({ incidentId, sequence, payload }) => ({
      incidentId,
      kind: 'notified',
      at,
      actor: 'latchwatch',
      data: { route: 'default', sequence, reason: payload.reason },
    })),
  });
  await tx.$executeRaw`
    UPDATE task SET due_at = LEAST(due_at, now()) WHERE kind = 'notify' AND lease_until IS NULL AND ref IN (
      SELECT id FROM notice WHERE incident_id = ANY(${sent.notices.map(({ incidentId }) => incidentId)}::text[])
        AND sent_at IS NULL AND NOT digest)`;
}

/** Notes why messages did not go out. They stay in the outbox. `tried`: a relay was asked. */
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

function isQuiet(severity: Severity): boolean {
  return severity === 'warning' || severity === 'info';
}
