import { z } from 'zod';
import { countCensusDay, countedADay, type CensusDayCount } from '#lib/census/census-day.ts';
import { selectClients } from '#lib/census/selection.ts';
import type { Database, Transaction } from '../client.ts';
import { loadCensusCube } from './census-cube.ts';

/** A day of the census as it was kept. */
export interface CensusDay extends CensusDayCount {
  /** Its first instant in UTC, in milliseconds since the epoch. */
  readonly at: number;
}

/** Keeps what the census says today; a second time on the same day replaces it. */
export async function noteCensusDay(db: Database, now: Date): Promise<void> {
  const [cube, promises] = await Promise.all([
    loadCensusCube(db, now),
    db.commitment.findMany({ select: { host: true, tag: true, firstSeen: true } }),
  ]);
  const selected = selectClients(cube, {
    filter: countedADay,
    promises: promises.map(({ firstSeen, ...promise }) => ({ ...promise, firstSeen: firstSeen.getTime() })),
    now: now.getTime(),
  });
  // Nobody has told anything yet: that is not a day with nobody.
  if (selected.length === 0) return;
  const counts = countCensusDay(selected);
  await db.$executeRaw`
    INSERT INTO census_day (day, tag, latched, supported, presumed)
    SELECT ${now.toISOString().slice(0, 10)}::date, tag, latched, supported, presumed
    FROM unnest(${counts.map(({ tag }) => tag)}::text[], ${counts.map(({ latched }) => latched)}::bigint[],
      ${counts.map(({ supported }) => supported)}::bigint[], ${counts.map(({ presumed }) => presumed)}::bigint[])
      AS counted(tag, latched, supported, presumed)
    ON CONFLICT (day, tag) DO UPDATE SET
      latched = EXCLUDED.latched, supported = EXCLUDED.supported, presumed = EXCLUDED.presumed`;
}

const dayRows = z.array(
  z.object({
    at: z.date().transform((at) => at.getTime()),
    tag: z.string(),
    latched: z.number(),
    supported: z.number(),
    presumed: z.number(),
  }),
);

/** The days since an instant, the oldest first: of the `maxTags` tags that most clients hold, and of all together. */
export async function readCensusDays(
  db: Transaction,
  { since, maxTags }: { readonly since: Date; readonly maxTags: number },
): Promise<readonly CensusDay[]> {
  return dayRows.parse(
    await db.$queryRaw`
      SELECT day::timestamp AT TIME ZONE 'UTC' AS at, tag, latched::float8 AS latched, supported::float8 AS supported,
        presumed::float8 AS presumed
      FROM census_day WHERE day >= ${since.toISOString().slice(0, 10)}::date AND tag IN (
        SELECT tag FROM census_day WHERE day = (SELECT max(day) FROM census_day)
        ORDER BY tag = '' DESC, latched DESC, tag LIMIT ${maxTags + 1})
      ORDER BY day, tag`,
  );
}

/** When each tag was advertised by some host, from the ledger. Instants in milliseconds since the epoch. */
export interface AdvertisedTime {
  readonly tag: string;
  readonly from: number;
  readonly to: number;
}

const advertisedRows = z.array(
  z.object({
    tag: z.string(),
    from: z.date().transform((at) => at.getTime()),
    to: z.date().transform((at) => at.getTime()),
  }),
);

/** The first and the last time that any host advertised each of these tags. */
export async function readAdvertisedTimes(
  db: Transaction,
  tags: readonly string[],
): Promise<readonly AdvertisedTime[]> {
  return advertisedRows.parse(
    await db.$queryRaw`
      SELECT tag, min(first_seen) AS from, max(last_seen) AS to FROM commitment
      WHERE tag = ANY(${[...tags]}::text[]) GROUP BY tag ORDER BY tag`,
  );
}
