import type { Database } from '#prisma/client.ts';
import { createRoute, type RouteWish } from '#prisma/commands/routes.ts';
import type { Severity } from '#lib/model/finding.ts';
import type { NoticePayload, NoticeReason } from '#lib/model/notice.ts';
import { enqueueNotice } from '#workers/store/notices.ts';
import { createEngine, emptyDatabase, engineSecret } from './engine.ts';
import type { SmtpSink } from './smtp-sink.ts';

/** Empties the database, with the mail route alone left, switched on and for every severity. */
export async function emptyOutbox(database: Database): Promise<void> {
  await emptyDatabase(database);
  await database.$executeRaw`DELETE FROM alert_route WHERE id <> 'default'`;
  await database.$executeRaw`UPDATE alert_route SET enabled = true, min_severity = 'info'`;
}

/** An engine whose relay is this sink. */
export function createMailEngine(database: Database, sink: SmtpSink) {
  const engine = createEngine(database);
  engine.sight.relayPort = sink.port;
  return {
    ...engine,
    now: () => engine.clock.now(),
    /** Of the mails that came, in their order. */
    subjects: () => sink.mails.map(({ headers }) => headers.get('subject') ?? ''),
  };
}

/** What a notice of an incident says. */
export function testPayload(incidentId: string, now: number): NoticePayload {
  return {
    incidentId,
    reason: 'opened',
    severity: 'critical',
    code: 'unreachable',
    host: `${incidentId.toLowerCase()}.example.org`,
    service: 'IMAP, implicit TLS (port 993)',
    addresses: ['192.0.2.1'],
    title: `${incidentId.toLowerCase()}.example.org does not answer`,
    expected: 'an answer',
    got: 'connection refused',
    meaning: 'Nobody can read mail.',
    fix: 'Start it.',
    firstSeen: now,
    decidedAt: now,
    reopened: false,
    resolution: null,
    subjects: [],
    explains: 0,
    impact: null,
  };
}

/** Opens an incident as a run does: the row, and the word to the routes. */
export async function openIncident(
  database: Database,
  given: { readonly id: string; readonly now: number; readonly severity?: Severity },
): Promise<void> {
  const { id, now, severity = 'critical' } = given;
  const at = new Date(now);
  const payload = { ...testPayload(id, now), severity };
  await database.$transaction(async (tx) => {
    await tx.incident.create({
      data: {
        ...{ id, fingerprint: id, dedupKey: `unreachable/${id}`, instance: 1, state: 'firing', severity },
        ...{ code: payload.code, host: payload.host, title: payload.title, params: {}, affected: [] },
        ...{ firstSeen: at, lastSeen: at, openedAt: at, updatedAt: at },
      },
    });
    await enqueueNotice(tx, payload);
  });
}

/** Says something more of an incident, as a run does. */
export async function tell(
  database: Database,
  said: { readonly id: string; readonly now: number; readonly reason: NoticeReason; readonly severity?: Severity },
): Promise<void> {
  const { id, now, reason, severity = 'critical' } = said;
  const over = reason === 'resolved';
  await database.$transaction(async (tx) => {
    const at = new Date(now);
    const data = over ? { state: 'resolved', resolvedAt: at } : { state: 'firing', severity };
    await tx.incident.update({ where: { id }, data });
    const kind = over ? 'resolved' : 'regraded';
    await tx.incidentEvent.create({ data: { incidentId: id, kind, at, actor: 'latchwatch', data: {} } });
    const resolution = over ? 'seen to be fine again' : null;
    await enqueueNotice(tx, { ...testPayload(id, now), reason, severity, resolution, decidedAt: now });
  });
}

/** Adds a route that takes everything, unless told otherwise. Gives its id. */
export async function addRoute(
  database: Database,
  wish: Partial<RouteWish> & Pick<RouteWish, 'way'> & { readonly now: number },
): Promise<string> {
  const made = await database.$transaction((tx) =>
    createRoute(tx, {
      ...{ name: 'Route', secret: null, minSeverity: 'info', escalateAfterMinutes: 0, outOfBand: false, ...wish },
      ...{ actor: 'test', installationSecret: engineSecret, now: new Date(wish.now) },
    }),
  );
  if (!made.ok) throw new Error(made.error);
  return made.value.id;
}
