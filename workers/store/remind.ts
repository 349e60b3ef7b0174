import { z } from 'zod';
import type { Transaction } from '#prisma/client.ts';
import { readRoutes, type AlertRoute } from '#prisma/commands/routes.ts';
import { findSilence, readSilences, type SilenceSummary } from '#prisma/commands/silences.ts';
import { urgent } from '#prisma/commands/tasks.ts';
import { acknowledgementEnded, dueNotice, routesFor } from '#lib/incidents/notify.ts';
import { incidentStates } from '#lib/model/incident.ts';
import { noticePayload, type NoticePayload, type NoticeReason } from '#lib/model/notice.ts';
import { readStoredJson } from '#lib/model/stored-text.ts';
import { loadMade, usable, writeNotice, type RouteNotice } from './notices.ts';
import { ensureDigestTasks, enqueueTask } from './tasks.ts';

const openRow = z.object({
  id: z.string(),
  code: z.string(),
  host: z.string(),
  state: z.enum(incidentStates),
  severity: z.enum(['info', 'warning', 'error', 'critical']),
  opened_at: z.date().nullable(),
  acknowledged_until: z.date().nullable(),
});
type OpenIncident = z.infer<typeof openRow>;

/** An end is looked for this long. */
const endsWithinMs = 24 * 60 * 60 * 1000;

/**
 * Writes what the time that went by makes due: what a silence held back and is still broken, what nobody took, what
 * somebody took too long ago. Gives how many messages that were. Only incidents of which something is due are locked, and
 * never waited for: those that a run holds have their turn half a minute later.
 */
export async function remind(tx: Transaction, now: number): Promise<number> {
  await ensureDigestTasks(tx);
  const known = await readRoutes(tx);
  const ended = await tellEnds(tx, { routes: known, now });
  const situation = { routes: usable(known), silences: await readSilences(tx, new Date(now)), now };
  const candidates = await findDue(tx, { ...situation, incidents: await loadOpen(tx) });
  if (candidates.length === 0) return ended;
  const incidents = await lockOpen(tx, [...new Set(candidates.map(({ incident }) => incident.id))]);
  const due = await findDue(tx, { ...situation, incidents });
  for (const item of due) await carryOut(tx, item, now);
  return ended + due.filter(({ kind }) => kind !== 'forgotten').length;
}

async function loadOpen(tx: Transaction): Promise<readonly OpenIncident[]> {
  const rows = await tx.$queryRaw`
    SELECT id, code, host, state, severity, opened_at, acknowledged_until FROM incident
    WHERE state IN ('firing', 'acknowledged', 'recovering') AND root_id IS NULL`;
  return z.array(openRow).parse(rows);
}

async function lockOpen(tx: Transaction, ids: readonly string[]): Promise<readonly OpenIncident[]> {
  const rows = await tx.$queryRaw`
    SELECT id, code, host, state, severity, opened_at, acknowledged_until FROM incident
    WHERE id = ANY(${[...ids]}::text[]) AND state IN ('firing', 'acknowledged', 'recovering') AND root_id IS NULL
    ORDER BY id FOR UPDATE SKIP LOCKED`;
  return z.array(openRow).parse(rows);
}

type Due =
  /** Who took it did so too long ago. */
  | { readonly kind: 'forgotten'; readonly incident: OpenIncident }
  | { readonly kind: 'release'; readonly incident: OpenIncident; readonly route: AlertRoute; readonly noticeId: string }
  | {
      readonly kind: 'write';
      readonly incident: OpenIncident;
      readonly route: AlertRoute;
      readonly reason: NoticeReason;
      readonly made: readonly RouteNotice[];
    };

async function findDue(
  tx: Transaction,
  situation: {
    readonly incidents: readonly OpenIncident[];
    readonly routes: readonly AlertRoute[];
    readonly silences: readonly SilenceSummary[];
    readonly now: number;
  },
): Promise<readonly Due[]> {
  const { incidents, routes, silences, now } = situation;
  const ids = incidents.map(({ id }) => id);
  const made = byIncident(await loadMade(tx, ids));
  return incidents.flatMap((incident): readonly Due[] => {
    const acknowledgedUntil = incident.acknowledged_until?.getTime() ?? null;
    const forgotten = acknowledgementEnded({ state: incident.state, acknowledgedUntil }, now);
    const state = forgotten ? 'firing' : incident.state;
    const openedAt = incident.opened_at?.getTime() ?? null;
    const silenced = findSilence(silences, { ...incident, incidentId: incident.id }) !== null;
    const words = routesFor(routes, incident).flatMap((route): readonly Due[] => {
      const ofRoute = (made.get(incident.id) ?? []).filter(({ routeId }) => routeId === route.id);
      const again = forgotten && !silenced ? unacknowledged(ofRoute) : null;
      const progress = { state, severity: incident.severity, openedAt };
      const due = again ?? dueNotice({ route, made: ofRoute, incident: progress, silenced, now });
      if (due === null) return [];
      return due.kind === 'release' ? [{ ...due, incident, route }] : [{ ...due, incident, route, made: ofRoute }];
    });
    return forgotten ? [{ kind: 'forgotten', incident }, ...words] : words;
  });
}

async function carryOut(tx: Transaction, due: Due, now: number): Promise<void> {
  switch (due.kind) {
    case 'forgotten':
      return endAcknowledgement(tx, due.incident, now);
    case 'release':
      return release(tx, { ...due, now });
    case 'write':
      return say(tx, { ...due, now });
  }
}

const endedRow = z.object({
  incident_id: z.string(),
  route_id: z.string(),
  sequence: z.number(),
  resolution: z.string().nullable(),
});

/**
 * What was taken off the watch ended without a run that could tell it. The person who did it knows, so that there is no
 * mail, but tickets and alerts elsewhere must end. What is held of anything that is over is dropped.
 */
async function tellEnds(
  tx: Transaction,
  { routes, now }: { readonly routes: readonly AlertRoute[]; readonly now: number },
): Promise<number> {
  await tx.notice.deleteMany({ where: { held: true, incident: { state: 'resolved' } } });
  const machines = routes.filter(({ kind }) => kind !== 'mail').map(({ id }) => id);
  if (machines.length === 0) return 0;
  const rows = await tx.$queryRaw`
    SELECT incident_id, route_id, sequence, resolution FROM (
      SELECT DISTINCT ON (incident_id, route_id) incident_id, route_id, sequence, reason, resolution
      FROM notice JOIN incident ON incident.id = notice.incident_id
      WHERE state = 'resolved' AND resolved_at > ${new Date(now - endsWithinMs)} AND route_id = ANY(${machines}::text[])
      ORDER BY incident_id, route_id, sequence DESC
    ) AS last WHERE reason <> 'resolved'`;
  const ends = z.array(endedRow).parse(rows);
  for (const { incident_id: incidentId, route_id: routeId, sequence, resolution } of ends) {
    const last = await lastPayload(tx, { incidentId, routeId });
    if (last === null) continue;
    const payload = { ...last, reason: 'resolved', resolution, decidedAt: now, reopened: false } as const;
    const notice = { routeId, sequence: sequence + 1, payload, digest: false, held: false, createdAt: now };
    await writeNotice(tx, notice);
    await enqueueTask(tx, { kind: 'notify', ref: routeId, inMs: 0, priority: urgent });
  }
  return ends.length;
}

function byIncident(made: readonly RouteNotice[]): ReadonlyMap<string, readonly RouteNotice[]> {
  const grouped = new Map<string, RouteNotice[]>();
  for (const notice of made) {
    const known = grouped.get(notice.incidentId);
    if (known === undefined) grouped.set(notice.incidentId, [notice]);
    else known.push(notice);
  }
  return grouped;
}

/** Who was told before is told again; what is held is looked at as ever. */
function unacknowledged(
  made: readonly RouteNotice[],
): { readonly kind: 'write'; readonly reason: NoticeReason } | null {
  return made.some(({ held }) => held) || made.length === 0 ? null : { kind: 'write', reason: 'unacknowledged' };
}

async function endAcknowledgement(tx: Transaction, { id }: OpenIncident, now: number): Promise<void> {
  const at = new Date(now);
  await tx.incident.update({
    where: { id },
    data: {
      state: 'firing',
      acknowledgedAt: null,
      acknowledgedBy: null,
      acknowledgedUntil: null,
      updatedAt: at,
      version: { increment: 1 },
    },
  });
  await tx.incidentEvent.create({
    data: { incidentId: id, kind: 'acknowledgement-ended', at, actor: 'latchwatch', data: {} },
  });
}

async function release(
  tx: Transaction,
  held: { readonly route: AlertRoute; readonly noticeId: string; readonly now: number },
): Promise<void> {
  const row = await tx.notice.update({
    where: { id: held.noticeId },
    data: { held: false, createdAt: new Date(held.now) },
    select: { digest: true },
  });
  if (!row.digest) await enqueueTask(tx, { kind: 'notify', ref: held.route.id, inMs: 0, priority: urgent });
}

async function say(
  tx: Transaction,
  about: {
    readonly route: AlertRoute;
    readonly incident: OpenIncident;
    readonly made: readonly RouteNotice[];
    readonly reason: NoticeReason;
    readonly now: number;
  },
): Promise<void> {
  const { route, incident, made, reason, now } = about;
  const last = await lastPayload(tx, { incidentId: incident.id, routeId: route.id });
  if (last === null) return;
  const digest = route.kind === 'mail' && (incident.severity === 'warning' || incident.severity === 'info');
  await writeNotice(tx, {
    routeId: route.id,
    sequence: Math.max(-1, ...made.map(({ sequence }) => sequence)) + 1,
    payload: { ...last, reason, severity: incident.severity, decidedAt: now, reopened: false },
    digest,
    held: false,
    createdAt: now,
  });
  if (!digest) await enqueueTask(tx, { kind: 'notify', ref: route.id, inMs: 0, priority: urgent });
}

const payloadRow = z.array(z.object({ payload: z.string() }));

async function lastPayload(
  tx: Transaction,
  thread: { readonly incidentId: string; readonly routeId: string },
): Promise<NoticePayload | null> {
  const rows = await tx.$queryRaw`
    SELECT payload::text AS payload FROM notice WHERE incident_id = ${thread.incidentId} AND reason <> 'resolved'
    ORDER BY route_id = ${thread.routeId} DESC, sequence DESC LIMIT 1`;
  const [row] = payloadRow.parse(rows);
  return row === undefined ? null : noticePayload.parse(readStoredJson(row.payload));
}
