import { isSelfDown } from '#lib/incidents/self-state.ts';
import { canarySign, keptCanary } from '#lib/model/canary-schema.ts';
import { watchedEndpoint } from '#prisma/commands/zones.ts';
import { database } from './database.ts';

/** A vantage whose own network or resolver is down. */
export interface OwnOutage {
  readonly vantage: string;
  readonly what: 'network' | 'resolver';
  /** Milliseconds since the epoch. */
  readonly since: number;
  /** Watched endpoints that a run could not judge since then. */
  readonly endpoints: number;
}

/** A worker writes what its canaries say every 15 s; where none lives, that is said instead. */
const maxAgeMs = 120_000;
/** The run that found the outage ended before the outage was a fact. */
const longestRunMs = 60_000;

/** Own outages that last, by vantage. */
export async function listOwnOutages(now: Date): Promise<readonly OwnOutage[]> {
  const db = database();
  const rows = await db.vitalSign.findMany({
    where: { name: canarySign, at: { gt: new Date(now.getTime() - maxAgeMs) } },
    orderBy: { vantage: 'asc' },
  });
  const outages = rows.flatMap(({ vantage, detail }) => {
    const kept = keptCanary.safeParse(detail);
    if (!kept.success || !isSelfDown(kept.data.verdict)) return [];
    const what = kept.data.verdict === 'resolver' ? ('resolver' as const) : ('network' as const);
    return [{ vantage, what, since: kept.data.since }];
  });
  return Promise.all(
    outages.map(async (outage) => {
      const lastProbedAt = { gte: new Date(outage.since - longestRunMs) };
      const endpoints = await db.endpoint.count({
        where: { ...watchedEndpoint, lastVerdict: 'inconclusive', lastProbedAt },
      });
      return { ...outage, endpoints };
    }),
  );
}
