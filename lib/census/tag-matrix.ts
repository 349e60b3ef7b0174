import { countClientsBy, countTagBy, noClients, tagsOf, type TagCount } from './count-tags.ts';
import type { SelectedClients } from './selection.ts';

/** Tags by clients: who holds what. */
export interface TagMatrix {
  /** Names of clients with a column of their own, those with the most clients first. */
  readonly clients: readonly string[];
  /** How many more names there are. */
  readonly otherClients: number;
  readonly rows: readonly TagRow[];
}

export interface TagRow {
  readonly tag: string;
  /** In the order of `clients`. */
  readonly cells: readonly TagCount[];
  /** Of all names that have no column. */
  readonly others: TagCount;
  readonly all: TagCount;
}

/** Lays the selection out by tag and name of the client, with at most `maxClients` columns. */
export function tagMatrix(selected: readonly SelectedClients[], maxClients: number): TagMatrix {
  const concerned = selected.filter(
    ({ entry, presumed }) => entry.latched.length + entry.supported.length + presumed.length > 0,
  );
  const byClient = countClientsBy(concerned, ({ entry }) => entry.client.name);
  const names = [...byClient].sort(([a, many], [b, others]) => others - many || (a < b ? -1 : 1)).map(([name]) => name);
  const clients = names.slice(0, maxClients);
  const rows = tagsOf(concerned).map((tag): TagRow => {
    const counts = countTagBy(concerned, { tag, keyOf: ({ entry }) => entry.client.name });
    const others = names.slice(maxClients).map((name) => counts.get(name) ?? noClients);
    return {
      tag,
      cells: clients.map((name) => counts.get(name) ?? noClients),
      others: others.reduce(addCounts, noClients),
      all: [...counts.values()].reduce(addCounts, noClients),
    };
  });
  return {
    ...{ clients, otherClients: names.length - clients.length },
    rows: rows.sort((a, b) => b.all.latched - a.all.latched || (a.tag < b.tag ? -1 : 1)),
  };
}

function addCounts(a: TagCount, b: TagCount): TagCount {
  return {
    latched: a.latched + b.latched,
    supported: a.supported + b.supported,
    presumed: a.presumed + b.presumed,
  };
}
