import type { CensusServer } from '../model/census.ts';
import type { ReportedClient } from '../model/report.ts';
import { countTagBy, type TagCount } from './count-tags.ts';
import { lastSeenDays, lastSeenRange, type LastSeenRange } from './last-seen.ts';
import type { SelectedClients } from './selection.ts';

/** Clients of one version at one server, last seen in one range of days, and how they stand to a tag. */
export interface Cohort {
  /** Names it among the cohorts of the tag; in the order of the list. */
  readonly key: string;
  readonly client: ReportedClient;
  readonly server: CensusServer;
  readonly lastSeen: LastSeenRange;
  readonly count: TagCount;
}

function keyOf({ entry: { client, server }, ageDays }: SelectedClients): string {
  const range = lastSeenDays.findIndex((days) => days === lastSeenRange(ageDays));
  const order = range === -1 ? lastSeenDays.length : range;
  const place = server.address ?? server.hosts[0] ?? '';
  return JSON.stringify([client.name, client.version, server.service, place, order]);
}

/** The cohorts that have to do with a tag, in an order that does not change with the numbers. */
export function listCohorts(selected: readonly SelectedClients[], tag: string): readonly Cohort[] {
  const first = new Map<string, SelectedClients>();
  for (const clients of selected) {
    const key = keyOf(clients);
    if (!first.has(key)) first.set(key, clients);
  }
  return [...countTagBy(selected, { tag, keyOf })]
    .flatMap(([key, count]): readonly Cohort[] => {
      const clients = first.get(key);
      if (clients === undefined) return [];
      const { client, server } = clients.entry;
      return [{ key, client, server, lastSeen: lastSeenRange(clients.ageDays), count }];
    })
    .sort((a, b) => (a.key < b.key ? -1 : 1));
}
