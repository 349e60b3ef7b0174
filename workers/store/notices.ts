import { z } from 'zod';
import type { Transaction } from '#prisma/client.ts';
import { readRoutes, type AlertRoute } from '#prisma/commands/routes.ts';
import { findSilence, readSilences } from '#prisma/commands/silences.ts';
import { urgent } from '#prisma/commands/tasks.ts';
import { planNotice, routesFor, type MadeNotice, type NoticePlan } from '#lib/incidents/notify.ts';
import { environmentRouteId } from '#lib/model/alert-route.ts';
import { isWorse } from '#lib/model/incident.ts';
import { noticeReasons, type NoticePayload } from '#lib/model/notice.ts';
import type { Severity } from '#lib/model/finding.ts';
import { storableJson } from '#lib/model/stored-text.ts';
import { enqueueTask } from './tasks.ts';
import { createUlid } from './ulid.ts';

/** A notice as later ones depend on it, with the route that it is for. */
export interface RouteNotice extends MadeNotice {
  readonly incidentId: string;
  readonly routeId: string;
  readonly sequence: number;
}

/**
 * Puts a message into the outbox of every route that takes it, in the transaction of the decision. By mail, errors and
 * critical ones go out at once and warnings with the next digest, and so does the end of what only digests told; a
 * warning that becomes an error before its digest goes out at once instead. What is silenced, or for a route that waits
 * until nobody takes it, is held.
 */
export async function enqueueNotice(tx: Transaction, payload: NoticePayload): Promise<void> {
  const { incidentId, reason, severity, code, host } = payload;
  const all = await readRoutes(tx);
  const now = new Date(payload.decidedAt);
  const made = await loadMade(tx, [incidentId]);
  const silence = findSilence(await readSilences(tx, now), { code, host, incidentId });
  // Who was told that it began is told that it ended, whatever the route takes now.
  const routes =
    reason === 'resolved'
      ? all.filter(({ id }) => made.some(({ routeId }) => routeId === id))
      : routesFor(usable(all), { code, severity });
  for (const route of routes) {
    const ofRoute = made.filter(({ routeId }) => routeId === route.id);
    const plan = planNotice({ route, made: ofRoute, reason, severity, silenced: silence !== null });
    await writePlan(tx, { route, made: ofRoute, plan, payload });
  }
  if (reason === 'resolved' || (silence === null && routes.length > 0)) return;
  const because = silence === null ? 'no-route' : 'silence';
  const data = { because, severity, ...(silence === null ? {} : { until: new Date(silence.endsAt).toISOString() }) };
  await tx.incidentEvent.create({ data: { incidentId, kind: 'silenced', at: now, actor: 'latchwatch', data } });
}

/** The enabled routes. Where there is none, what happens waits in the one of the environment. */
export function usable(routes: readonly AlertRoute[]): readonly AlertRoute[] {
  const enabled = routes.filter((route) => route.enabled);
  return enabled.length > 0 ? enabled : routes.filter(({ id }) => id === environmentRouteId);
}

async function writePlan(
  tx: Transaction,
  about: {
    readonly route: AlertRoute;
    readonly made: readonly RouteNotice[];
    readonly plan: NoticePlan;
    readonly payload: NoticePayload;
  },
): Promise<void> {
  const { route, made, plan, payload } = about;
  if (plan.drop.length > 0) await tx.notice.deleteMany({ where: { id: { in: [...plan.drop] } } });
  if (plan.write === null) return;
  const left = made.filter(({ id }) => !plan.drop.includes(id));
  const { reason, digest, held, heldSince, waitMs } = plan.write;
  await writeNotice(tx, {
    routeId: route.id,
    sequence: Math.max(-1, ...left.map(({ sequence }) => sequence)) + 1,
    payload: { ...payload, reason },
    digest,
    held,
    createdAt: held && heldSince !== null ? heldSince : payload.decidedAt,
  });
  if (!digest && !held) await enqueueTask(tx, { kind: 'notify', ref: route.id, inMs: waitMs, priority: urgent });
}

/** Writes one row. Its dedupe key lets nothing be said twice in one thread. */
export async function writeNotice(
  tx: Transaction,
  notice: {
    readonly routeId: string;
    readonly sequence: number;
    readonly payload: NoticePayload;
    readonly digest: boolean;
    readonly held: boolean;
    readonly createdAt: number;
  },
): Promise<void> {
  const { routeId, sequence, payload, digest, held, createdAt } = notice;
  const { incidentId, reason } = payload;
  await tx.$executeRaw`
    INSERT INTO notice (id, incident_id, route_id, reason, sequence, dedupe_key, digest, held, payload, created_at)
    VALUES (${createUlid(createdAt)}, ${incidentId}, ${routeId}, ${reason}, ${sequence},
      ${`${routeId}/${incidentId}/${sequence}`}, ${digest}, ${held}, ${storableJson(payload)}::jsonb,
      ${new Date(createdAt)})`;
}

const madeRow = z.object({
  id: z.string(),
  incident_id: z.string(),
  route_id: z.string(),
  sequence: z.number(),
  reason: z.enum(noticeReasons),
  created_at: z.date(),
  digest: z.boolean(),
  held: z.boolean(),
  sent: z.boolean(),
});

/** What was written of incidents until now, oldest first within each thread. */
export async function loadMade(tx: Transaction, incidentIds: readonly string[]): Promise<readonly RouteNotice[]> {
  if (incidentIds.length === 0) return [];
  const rows = await tx.$queryRaw`
    SELECT id, incident_id, route_id, sequence, reason, created_at, digest, held,
      sent_at IS NOT NULL OR given_up_at IS NOT NULL AS sent
    FROM notice WHERE incident_id = ANY(${[...incidentIds]}::text[]) ORDER BY incident_id, route_id, sequence`;
  return z
    .array(madeRow)
    .parse(rows)
    .map(({ incident_id: incidentId, route_id: routeId, created_at: createdAt, ...row }) => ({
      ...row,
      incidentId,
      routeId,
      createdAt: createdAt.getTime(),
    }));
}

export const severityWord = z.enum(['info', 'warning', 'error', 'critical']);

const toldRow = z.object({ incident_id: z.string(), reason: z.string(), severity: severityWord });

const markedRow = z.object({ incident_id: z.string(), severity: severityWord });

/**
 * The worst severity that some route was told of each incident, or holds back, since it opened last. Where an operator
 * accepted it, what was told before does not count: it is told again once it is accepted no more. What no route takes
 * counts as told: there is nobody who could be.
 */
export async function loadToldSeverities(
  tx: Transaction,
  incidentIds: readonly string[],
): Promise<ReadonlyMap<string, Severity>> {
  const told = new Map<string, Severity>();
  if (incidentIds.length === 0) return told;
  const ids = [...incidentIds];
  const note = (id: string, severity: Severity): void => {
    const before = told.get(id);
    if (before === undefined || isWorse(severity, before)) told.set(id, severity);
  };
  const rows = await tx.$queryRaw`
    SELECT incident_id, reason, payload->>'severity' AS severity FROM notice
    WHERE incident_id = ANY(${ids}::text[]) AND created_at > COALESCE((
      SELECT max(at) FROM incident_event WHERE kind = 'accepted' AND incident_event.incident_id = notice.incident_id
    ), '-infinity') ORDER BY incident_id, created_at, reason = 'resolved', sequence`;
  for (const { incident_id: id, reason, severity } of z.array(toldRow).parse(rows)) {
    if (reason === 'resolved') told.delete(id);
    else note(id, severity);
  }
  const marked = await tx.$queryRaw`
    SELECT incident_id, data->>'severity' AS severity FROM incident_event
    WHERE incident_id = ANY(${ids}::text[])
      AND (kind = 'accepted' OR (kind = 'silenced' AND data->>'because' = 'no-route'))
      AND id >= COALESCE((
        SELECT max(id) FROM incident_event AS before WHERE before.incident_id = incident_event.incident_id
          AND before.kind IN ('accepted', 'resolved')
      ), 0) ORDER BY id`;
  for (const { incident_id: id, severity } of z.array(markedRow).parse(marked)) note(id, severity);
  return told;
}
