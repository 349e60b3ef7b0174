import type { CensusCube, CensusServer } from '#lib/model/census.ts';
import { loadCensusCube, loadCensusServers } from '#prisma/commands/census-cube.ts';
import { database } from './database.ts';

export { coverageDays } from '#prisma/commands/census-cube.ts';

/** How old the counted census may be, in milliseconds, before it is read again. */
const keptForMs = 60_000;

interface KeptCube {
  readonly cube: Promise<CensusCube>;
  readonly readAt: number;
}

let kept: KeptCube | null = null;

/**
 * The whole census, counted, at most a minute old; `fresh` reads it now. Many may ask at once: it is read once for all of
 * them. Coverage is of the last 30 days.
 */
export async function readCensusCube(
  now: Date,
  { fresh }: { readonly fresh: boolean } = { fresh: false },
): Promise<CensusCube> {
  if (!fresh && kept !== null && Math.abs(now.getTime() - kept.readAt) < keptForMs) return kept.cube;
  const reading: KeptCube = { cube: loadCensusCube(database(), now), readAt: now.getTime() };
  kept = reading;
  try {
    return await reading.cube;
  } catch (error) {
    // The next one who asks tries again.
    if (kept === reading) kept = null;
    throw error;
  }
}

/**
 * Servers of the census by number, with the watched names of those that only an address names: all, or those of some
 * numbers.
 */
export function readCensusServers(ids: readonly number[] | null = null): Promise<ReadonlyMap<number, CensusServer>> {
  return loadCensusServers(database(), ids);
}
