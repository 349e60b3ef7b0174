import { z } from 'zod';
import { measureOutcome, type PlanOutcome } from '#lib/planner/outcome.ts';
import { readCensusServers } from './census-cube.ts';
import { database } from './database.ts';

const dayMs = 86_400_000;
const countRow = z.tuple([z.object({ before: z.number(), after: z.number() })]);

/** What became of a change that was carried out: failures that clients report at its hosts, a day before and after. */
export async function readOutcome(
  hosts: readonly string[],
  { carriedOutAt, now }: { readonly carriedOutAt: number; readonly now: number },
): Promise<PlanOutcome> {
  const servers = [...(await readCensusServers())].flatMap(([id, server]) =>
    server.hosts.some((host) => hosts.includes(host)) ? [id] : [],
  );
  const [from, at, to] = [carriedOutAt - dayMs, carriedOutAt, Math.min(now, carriedOutAt + dayMs)].map(
    (instant) => new Date(instant),
  );
  const [counts] = countRow.parse(
    await database().$queryRaw`
      SELECT coalesce(sum(reports) FILTER (WHERE at < ${at}), 0)::float8 AS before,
        coalesce(sum(reports) FILTER (WHERE at >= ${at}), 0)::float8 AS after
      FROM (
        SELECT slot AS at, server, reports FROM latch_failure
        UNION ALL SELECT hour AS at, server, reports FROM latch_failure_hour
      ) AS failure
      WHERE server = ANY(${servers}::int[]) AND at >= ${from} AND at < ${to}`,
  );
  return measureOutcome(counts, { carriedOutAt, now });
}
