import { watchedEndpoint } from '#prisma/commands/zones.ts';
import { database } from './database.ts';

/** A worker writes its heartbeat more often than this. */
export const heartbeatMaxAgeMs = 20_000;

/** A vantage that endpoints are declared to be seen from only, and that no living worker has. */
export interface StrandedVantage {
  readonly vantage: string;
  /** Watched endpoints that nobody looks at therefore. */
  readonly endpoints: number;
}

/** Vantages where work waits for nobody, by name. */
export async function listStrandedVantages(now: Date): Promise<readonly StrandedVantage[]> {
  const db = database();
  const [declared, alive] = await Promise.all([
    db.declaration.groupBy({
      by: ['vantage'],
      where: { vantage: { not: null }, endpoint: watchedEndpoint },
      _count: { _all: true },
      orderBy: { vantage: 'asc' },
    }),
    db.workerHeartbeat.findMany({
      where: { beatAt: { gt: new Date(now.getTime() - heartbeatMaxAgeMs) } },
      distinct: ['vantage'],
      select: { vantage: true },
    }),
  ]);
  const living = new Set(alive.map(({ vantage }) => vantage));
  return declared.flatMap(({ vantage, _count }) =>
    vantage === null || living.has(vantage) ? [] : [{ vantage, endpoints: _count._all }],
  );
}
