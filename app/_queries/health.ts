import { z } from 'zod';
import type { IngestHealth } from '#components/health-facts.tsx';
import { silentAfterMs } from '#components/source-light.tsx';
import { environmentRouteId } from '#lib/model/alert-route.ts';
import { ingestSign } from '#lib/model/vital-sign.ts';
import { readWebSettings } from '#app/_auth/web-settings.ts';
import { database } from './database.ts';
import { listOwnOutages, type OwnOutage } from './own-outages.ts';
import { heartbeatMaxAgeMs, listStrandedVantages, type StrandedVantage } from './vantages.ts';

/** How Latchwatch itself is: on every page, because a silent watcher looks like a healthy network. */
export interface Health {
  readonly workersAlive: number;
  /** Workers that were alive within the last day. */
  readonly workersKnown: number;
  readonly lastHeartbeatAt: Date | null;
  /** Due time of the probe that waits longest past it; null: none is due. */
  readonly oldestDueAt: Date | null;
  /** False: the route of the environment is on, and there is nobody to give its mail to. */
  readonly mailRelayConfigured: boolean;
  /** Enabled routes that do not need the relay of the environment. */
  readonly otherRoutes: number;
  /** Alerts that wait for the route of the environment. */
  readonly waitingForRelay: number;
  readonly unsentNotices: number;
  /** Unsent although delivery was tried. */
  readonly failingNotices: number;
  readonly lastMailSentAt: Date | null;
  /** Vantages that endpoints wait for and that no living worker has. */
  readonly strandedVantages: readonly StrandedVantage[];
  /** Vantages whose own network or resolver is down. */
  readonly ownOutages: readonly OwnOutage[];
  readonly ingest: IngestHealth;
}

const dayMs = 86_400_000;

const one = z.tuple([
  z.object({
    known: z.number(),
    alive: z.number(),
    beat: z.date().nullable(),
    overdue: z.date().nullable(),
    unsent: z.number(),
    failing: z.number(),
    waiting: z.number(),
    sent: z.date().nullable(),
    environment: z.boolean(),
    others: z.number(),
    sources: z.number(),
    silent: z.number(),
    reported: z.date().nullable(),
    takers: z.number(),
    waited: z.number().nullable(),
    putOff: z.number().nullable(),
  }),
]);

/** What can be counted in one go: every page asks. */
async function readCounts(now: Date) {
  const [dayAgo, aliveAfter] = [new Date(now.getTime() - dayMs), new Date(now.getTime() - heartbeatMaxAgeMs)];
  const silentBefore = new Date(now.getTime() - silentAfterMs);
  // A source that never reported is being set up, and is not silent yet. What is held back on purpose, or was given up,
  // waits for nobody.
  const rows = await database().$queryRaw`
    WITH beats AS (
      SELECT count(*)::int AS known, count(*) FILTER (WHERE beat_at > ${aliveAfter})::int AS alive, max(beat_at) AS beat
      FROM worker_heartbeat WHERE beat_at > ${dayAgo}
    ), due AS (
      SELECT min(due_at) AS overdue FROM task
      WHERE kind = 'probe' AND due_at < ${now} AND (lease_until IS NULL OR lease_until < ${now})
    ), notices AS (
      SELECT count(*)::int AS unsent, count(*) FILTER (WHERE attempts > 0)::int AS failing,
        count(*) FILTER (WHERE route_id = ${environmentRouteId})::int AS waiting
      FROM notice JOIN alert_route ON alert_route.id = route_id
      WHERE sent_at IS NULL AND given_up_at IS NULL AND NOT held AND removed_at IS NULL
    ), sent AS (SELECT max(sent_at) AS sent FROM notice
    ), routes AS (
      SELECT coalesce(bool_or(id = ${environmentRouteId}), false) AS environment,
        count(*) FILTER (WHERE id <> ${environmentRouteId})::int AS others
      FROM alert_route WHERE enabled AND removed_at IS NULL
    ), reporters AS (
      SELECT count(*)::int AS sources, count(*) FILTER (WHERE last_seen_at < ${silentBefore})::int AS silent,
        max(last_seen_at) AS reported
      FROM report_source WHERE revoked_at IS NULL AND withdrawn_at IS NULL
    ), takers AS (
      SELECT count(*)::int AS takers, max((detail->>'waitedMs')::float8) AS waited,
        sum((detail->>'putOff')::int)::int AS "putOff"
      FROM vital_sign WHERE name = ${ingestSign} AND at > ${aliveAfter}
    )
    SELECT * FROM beats, due, notices, sent, routes, reporters, takers`;
  return one.parse(rows)[0];
}

export async function readHealth(now: Date): Promise<Health> {
  const [counts, strandedVantages, ownOutages] = await Promise.all([
    readCounts(now),
    listStrandedVantages(now),
    listOwnOutages(now),
  ]);
  return {
    workersAlive: counts.alive,
    workersKnown: counts.known,
    lastHeartbeatAt: counts.beat,
    oldestDueAt: counts.overdue,
    mailRelayConfigured: !counts.environment || readWebSettings().smtpUrls.length > 0,
    otherRoutes: counts.others,
    waitingForRelay: counts.waiting,
    unsentNotices: counts.unsent,
    failingNotices: counts.failing,
    lastMailSentAt: counts.sent,
    strandedVantages,
    ownOutages,
    ingest: {
      sources: counts.sources,
      silent: counts.silent,
      lastReportAt: counts.reported?.getTime() ?? null,
      running: counts.takers,
      waitedMs: counts.waited ?? 0,
      putOff: counts.putOff ?? 0,
    },
  };
}

/** Why the installation as a whole is not up; empty: it is. */
export async function findOutages(now: Date): Promise<readonly string[]> {
  try {
    const youngest = await database().workerHeartbeat.findFirst({
      orderBy: { beatAt: 'desc' },
      select: { beatAt: true },
    });
    if (youngest === null) return ['No worker has started yet.'];
    const ageMs = now.getTime() - youngest.beatAt.getTime();
    if (ageMs < heartbeatMaxAgeMs) return [];
    return [`No worker is alive: the last sign of one is ${Math.round(ageMs / 1000)} seconds old.`];
  } catch {
    return ['The database does not answer.'];
  }
}
