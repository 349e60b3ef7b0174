import { lastSeenRange } from '#lib/census/last-seen.ts';
import type { PromisedTag } from '#lib/census/presumed.ts';
import {
  joinWeeks,
  narrowClients,
  selectClients,
  type CensusFilter,
  type SelectedClients,
} from '#lib/census/selection.ts';
import type { CensusCube } from '#lib/model/census.ts';
import { countWithdrawnSources, readCensusCube } from './census-cube.ts';
import { lately } from './census-filter.ts';
import { keepReading, type Reading } from './kept-reading.ts';
import { readPromisedTags } from './promised-tags.ts';

/** Clients in as few rows as their questions allow. */
export interface JoinedClients {
  /** Their weeks say nothing. */
  readonly all: readonly SelectedClients[];
  /** The same by range of the days since they were last seen. */
  readonly byRange: readonly SelectedClients[];
}

/** The census, with those of its clients that were seen lately. */
export interface LateClients extends JoinedClients {
  readonly cube: CensusCube;
  readonly promises: readonly PromisedTag[];
}

// A big census takes half a second to read and lay out: too much for whoever happens to come after a minute.
const kept = keepReading(load, {
  what: 'the census',
  keptForMs: 60_000,
  usableForMs: 5 * 60_000,
  standsOn: countWithdrawnSources,
});

/** Minutes old at most, the age comes with it. What was empty is read anew: whoever waits for the first client looks. */
export async function readLateClients(now: Date): Promise<Reading<LateClients>> {
  const reading = await kept.read(now);
  return reading.value.cube.classes.size === 0 ? kept.refresh(now) : reading;
}

async function load(now: Date): Promise<LateClients> {
  // Anew: a kept cube would make the reading older than it says.
  const [cube, promises] = await Promise.all([readCensusCube(now, { fresh: true }), readPromisedTags()]);
  const byWeek = selectClients(cube, { filter: lately, promises, now: now.getTime() });
  return {
    ...{ cube, promises },
    all: joinWeeks(byWeek, () => ''),
    byRange: joinWeeks(byWeek, ({ ageDays }) => String(lastSeenRange(ageDays))),
  };
}

/** Those that a filter lets through. */
export function selectLateClients(
  { cube, promises, all, byRange }: LateClients,
  { filter, now }: { readonly filter: CensusFilter; readonly now: number },
): JoinedClients {
  if (filter.withinDays === lately.withinDays) {
    return { all: narrowClients(all, filter), byRange: narrowClients(byRange, filter) };
  }
  const selected = selectClients(cube, { filter, promises, now });
  return { all: selected, byRange: selected };
}
