import { z } from 'zod';
import { visibleText } from '#components/ui/visible-text.ts';
import type { LiveMessage } from '#lib/live/live-message.ts';
import { placeEvents } from '#prisma/commands/place-events.ts';
import { database } from './database.ts';
import { heartbeatMaxAgeMs } from './vantages.ts';

/** Looks of the schedule alone, which mostly change a time of day, count as news this seldom. */
const looksMs = 15_000;
/** Where the latest openings are looked for: so many events back. */
const eventsBack = 500;
const openedShown = 20;
const askedShown = 50;

const row = z.tuple([
  z.object({
    facts: z.date().nullable(),
    looked: z.date().nullable(),
    alive: z.number(),
    asked: z.string().nullable(),
  }),
]);

/**
 * How far everything is that pages show. A handful of cheap questions, asked once for all who listen: the end of the
 * feed of incident events, the newest facts, the last look, workers alive and what people asked for and still wait for.
 */
export async function readLiveState(now: Date): Promise<LiveMessage> {
  const db = database();
  const { placed } = await placeEvents(db);
  const [rows, opened] = await Promise.all([
    db.$queryRaw`
      SELECT
        (SELECT max(first_seen) FROM observation_span) AS facts,
        (SELECT max(last_probed_at) FROM endpoint) AS looked,
        (SELECT count(*)::int FROM worker_heartbeat
          WHERE beat_at > ${new Date(now.getTime() - heartbeatMaxAgeMs)}) AS alive,
        (SELECT md5(string_agg(id || '/' || fence, ' ' ORDER BY id)) FROM (
          SELECT id, fence FROM task WHERE priority > 0 ORDER BY id LIMIT ${askedShown}) AS waited_for) AS asked`,
    db.incidentEvent.findMany({
      where: {
        position: { gt: placed - BigInt(eventsBack), lte: placed },
        kind: 'opened',
        incident: { rootId: null, state: { in: ['firing', 'acknowledged', 'recovering'] } },
      },
      orderBy: { position: 'desc' },
      take: openedShown,
      select: { position: true, incident: { select: { id: true, severity: true, title: true } } },
    }),
  ]);
  const [{ facts, looked, alive, asked }] = row.parse(rows);
  const looks = Math.floor((looked?.getTime() ?? 0) / looksMs);
  return {
    version: [placed, facts?.getTime() ?? 0, looks, alive, asked?.slice(0, 8) ?? 'none'].join('.'),
    position: Number(placed),
    opened: opened.map(({ position, incident }) => ({
      position: Number(position ?? 0n),
      id: incident.id,
      critical: incident.severity === 'critical',
      title: visibleText(incident.title),
    })),
  };
}

/** The end of the feed of incident events as it stands, without giving positions: what a page that is made now shows. */
export async function readLivePosition(): Promise<number> {
  const feed = await database().eventFeed.findFirst({ select: { placed: true } });
  return Number(feed?.placed ?? 0n);
}

/** Which of these sessions are still good. */
export async function listLivingSessions(ids: readonly string[], now: Date): Promise<ReadonlySet<string>> {
  const rows = await database().session.findMany({
    where: { id: { in: [...ids] }, expiresAt: { gt: now }, user: { disabledAt: null } },
    select: { id: true },
  });
  return new Set(rows.map(({ id }) => id));
}
