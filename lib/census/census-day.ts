import { countClients, noClients, type TagCount } from './count-tags.ts';
import { tagMatrix } from './tag-matrix.ts';
import type { CensusFilter, SelectedClients } from './selection.ts';
import { wholeCensus } from './selection.ts';

/** What one day of the census keeps: how many clients hold a tag. Tag '': any tag at all. */
export interface CensusDayCount extends TagCount {
  readonly tag: string;
}

/** Clients that a day counts, as the page of the census does. */
export const countedADay: CensusFilter = { ...wholeCensus, withinDays: 90 };
/** Anybody can report tags of their own making: those that most clients hold are kept. */
const maxTags = 50;

/** One day of the census: all tags together, then those that most clients hold. */
export function countCensusDay(selected: readonly SelectedClients[]): readonly CensusDayCount[] {
  const count = (wanted: (clients: SelectedClients) => boolean): number => countClients(selected.filter(wanted));
  const any: CensusDayCount = {
    tag: '',
    latched: count(({ entry }) => entry.latched.length > 0),
    supported: count(({ entry }) => entry.latched.length === 0 && entry.supported.length > 0),
    presumed: count(({ entry, presumed }) => entry.latched.length === 0 && presumed.length > 0),
  };
  const rows = tagMatrix(selected, 0).rows.slice(0, maxTags);
  return [any, ...rows.map(({ tag, all }) => ({ ...noClients, ...all, tag }))];
}
