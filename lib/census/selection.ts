import type { CensusClass, CensusCube } from '../model/census.ts';
import type { Service } from '../model/endpoint.ts';
import { presumeTags, type PromisedTag } from './presumed.ts';
import { daysSinceWeek } from './last-seen.ts';

/** Which part of the census is asked for; null: all of it. */
export interface CensusFilter {
  /** Name of the client; '': those that told none. */
  readonly client: string | null;
  readonly version: string | null;
  readonly host: string | null;
  readonly service: Service | null;
  /** TLS version of the latest session; '': not told. */
  readonly tlsVersion: string | null;
  /** Seen in these days, rounded up to whole weeks. */
  readonly withinDays: number | null;
}

export const wholeCensus: CensusFilter = {
  ...{ client: null, version: null, host: null, service: null, tlsVersion: null, withinDays: null },
};

/** Clients of one class and week, with what is presumed of them. */
export interface SelectedClients {
  readonly entry: CensusClass;
  readonly week: string;
  readonly holders: number;
  /** Days since they were last seen, at least. */
  readonly ageDays: number;
  /** Tags that nobody reported of them and that they should hold. */
  readonly presumed: readonly string[];
}

/** The clients that a filter lets through, by class and week. `now` is in milliseconds since the epoch. */
export function selectClients(
  cube: Pick<CensusCube, 'classes' | 'counts'>,
  {
    filter,
    promises,
    now,
  }: { readonly filter: CensusFilter; readonly promises: readonly PromisedTag[]; readonly now: number },
): readonly SelectedClients[] {
  const presumedOf = presumeTags(cube.classes, promises);
  // There are many counts of each class and of each week: what says enough of those is asked once.
  const wanted = new Map([...cube.classes].filter(([, entry]) => passes(entry, filter)));
  const ages = new Map<string, number>();
  const selected: SelectedClients[] = [];
  for (const { classId, week, holders } of cube.counts) {
    const entry = wanted.get(classId);
    if (entry === undefined) continue;
    const ageDays = ages.get(week) ?? daysSinceWeek(week, now);
    ages.set(week, ageDays);
    if (filter.withinDays !== null && ageDays > filter.withinDays) continue;
    selected.push({ entry, week, holders, ageDays, presumed: presumedOf(entry, week) });
  }
  return selected;
}

/** Of clients that were selected already, those that a filter lets through. */
export function narrowClients(selected: readonly SelectedClients[], filter: CensusFilter): readonly SelectedClients[] {
  const { withinDays } = filter;
  return selected.filter(
    ({ entry, ageDays }) => passes(entry, filter) && (withinDays === null || ageDays <= withinDays),
  );
}

/**
 * The same clients with the weeks of a class together where `keyOf` tells no difference and they are presumed to hold the
 * same: far fewer rows, for counts that ask no more of the week. `week` and `ageDays` are those of the first.
 */
export function joinWeeks(
  selected: readonly SelectedClients[],
  keyOf: (clients: SelectedClients) => string,
): readonly SelectedClients[] {
  const joined = new Map<string, SelectedClients>();
  for (const clients of selected) {
    const key = JSON.stringify([clients.entry.id, keyOf(clients), ...clients.presumed]);
    const known = joined.get(key);
    joined.set(key, known === undefined ? clients : { ...known, holders: known.holders + clients.holders });
  }
  return [...joined.values()];
}

function passes({ client, server, tlsVersion }: CensusClass, filter: CensusFilter): boolean {
  return (
    (filter.client === null || client.name === filter.client) &&
    (filter.version === null || client.version === filter.version) &&
    (filter.host === null || server.hosts.includes(filter.host)) &&
    (filter.service === null || server.service === filter.service) &&
    (filter.tlsVersion === null || (tlsVersion ?? '') === filter.tlsVersion)
  );
}
