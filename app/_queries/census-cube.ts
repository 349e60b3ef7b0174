import type { CensusCube, CensusServer } from '#lib/model/census.ts';
import { loadCensusCube, loadCensusServers } from '#prisma/commands/census-cube.ts';
import { database } from './database.ts';
import { keepReading } from './kept-reading.ts';

export { coverageDays } from '#prisma/commands/census-cube.ts';

/** How old the counted census may be, in milliseconds, before it is read again. */
const keptForMs = 60_000;

/** How many sources had all taken back that they reported: whoever did it does not want to see it counted once more. */
export function countWithdrawnSources(): Promise<number> {
  return database().reportSource.count({ where: { withdrawnAt: { not: null } } });
}

const kept = keepReading((now) => loadCensusCube(database(), now), {
  what: 'the census',
  keptForMs,
  usableForMs: keptForMs,
  standsOn: countWithdrawnSources,
});

/**
 * The whole census, counted, at most a minute old; `fresh` reads it now. Many may ask at once: it is read once for all of
 * them. Coverage is of the last 30 days.
 */
export async function readCensusCube(
  now: Date,
  { fresh }: { readonly fresh: boolean } = { fresh: false },
): Promise<CensusCube> {
  const { value } = await (fresh ? kept.refresh(now) : kept.read(now));
  return value;
}

/**
 * Servers of the census by number, with the watched names of those that only an address names: all, or those of some
 * numbers.
 */
export function readCensusServers(ids: readonly number[] | null = null): Promise<ReadonlyMap<number, CensusServer>> {
  return loadCensusServers(database(), ids);
}
