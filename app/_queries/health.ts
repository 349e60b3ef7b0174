import type { IngestHealth } from '#components/health-facts.tsx';
import { silentAfterMs } from '#components/source-light.tsx';
import { environmentRouteId } from '#lib/model/alert-route.ts';
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
/** What is held back on purpose, or was given up, waits for nobody. */
const waiting = { sentAt: null, givenUpAt: null, held: false, route: { removedAt: null } };
const enabled = { enabled: true, removedAt: null };

export async function readHealth(now: Date): Promise<Health> {
  const db = database();
  const [
    heartbeats,
    overdue,
    unsent,
    failing,
    sent,
    strandedVantages,
    ownOutages,
    environmentRoutes,
    otherRoutes,
    waitingForRelay,
    ingest,
  ] = await Promise.all([
    db.workerHeartbeat.findMany({
      where: { beatAt: { gt: new Date(now.getTime() - dayMs) } },
      select: { beatAt: true },
    }),
    db.task.findFirst({
      where: { kind: 'probe', dueAt: { lt: now }, OR: [{ leaseUntil: null }, { leaseUntil: { lt: now } }] },
      orderBy: { dueAt: 'asc' },
      select: { dueAt: true },
    }),
    db.notice.count({ where: waiting }),
    db.notice.count({ where: { ...waiting, attempts: { gt: 0 } } }),
    db.notice.findFirst({ where: { sentAt: { not: null } }, orderBy: { sentAt: 'desc' }, select: { sentAt: true } }),
    listStrandedVantages(now),
    listOwnOutages(now),
    db.alertRoute.count({ where: { ...enabled, id: environmentRouteId } }),
    db.alertRoute.count({ where: { ...enabled, id: { not: environmentRouteId } } }),
    db.notice.count({ where: { ...waiting, routeId: environmentRouteId } }),
    readIngestHealth(now),
  ]);
  const beats = heartbeats.map((heartbeat) => heartbeat.beatAt.getTime());
  return {
    workersAlive: beats.filter((beat) => now.getTime() - beat < heartbeatMaxAgeMs).length,
    workersKnown: beats.length,
    lastHeartbeatAt: beats.length === 0 ? null : new Date(Math.max(...beats)),
    oldestDueAt: overdue?.dueAt ?? null,
    mailRelayConfigured: environmentRoutes === 0 || readWebSettings().smtpUrls.length > 0,
    otherRoutes,
    waitingForRelay,
    unsentNotices: unsent,
    failingNotices: failing,
    lastMailSentAt: sent?.sentAt ?? null,
    strandedVantages,
    ownOutages,
    ingest,
  };
}

/** How lately sources reported. One that never did is being set up, and is not silent yet. */
async function readIngestHealth(now: Date): Promise<IngestHealth> {
  const sources = await database().reportSource.findMany({
    where: { revokedAt: null, withdrawnAt: null },
    select: { lastSeenAt: true },
  });
  const seen = sources.flatMap(({ lastSeenAt }) => (lastSeenAt === null ? [] : [lastSeenAt.getTime()]));
  return {
    sources: sources.length,
    silent: seen.filter((at) => now.getTime() - at > silentAfterMs).length,
    lastReportAt: seen.length === 0 ? null : Math.max(...seen),
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
