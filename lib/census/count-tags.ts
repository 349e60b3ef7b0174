import type { SelectedClients } from './selection.ts';

/** How many clients stand how to a tag. One client may be in `supported` and in `presumed`: it said that before it met the tag. */
export interface TagCount {
  /** Reported: they latched it. */
  readonly latched: number;
  /** Reported: they know it and had not latched it. */
  readonly supported: number;
  /** Not reported, but they should hold it. */
  readonly presumed: number;
}

export const noClients: TagCount = { latched: 0, supported: 0, presumed: 0 };

/** Tags that somebody of the selection latched, supports or is presumed to hold, sorted. */
export function tagsOf(selected: readonly SelectedClients[]): readonly string[] {
  const tags = selected.flatMap(({ entry, presumed }) => [...entry.latched, ...entry.supported, ...presumed]);
  return [...new Set(tags)].sort();
}

/** Counts one tag in the groups that `keyOf` makes; groups where nobody has to do with it are left out. */
export function countTagBy<K>(
  selected: readonly SelectedClients[],
  { tag, keyOf }: { readonly tag: string; readonly keyOf: (clients: SelectedClients) => K },
): ReadonlyMap<K, TagCount> {
  const counts = new Map<K, TagCount>();
  for (const clients of selected) {
    const { entry, presumed, holders } = clients;
    const isLatched = entry.latched.includes(tag);
    const isSupported = entry.supported.includes(tag);
    const isPresumed = presumed.includes(tag);
    if (!isLatched && !isSupported && !isPresumed) continue;
    const key = keyOf(clients);
    const { latched, supported, presumed: before } = counts.get(key) ?? noClients;
    counts.set(key, {
      latched: latched + (isLatched ? holders : 0),
      supported: supported + (isSupported ? holders : 0),
      presumed: before + (isPresumed ? holders : 0),
    });
  }
  return counts;
}

/** Counts one tag over the whole selection. */
export function countTag(selected: readonly SelectedClients[], tag: string): TagCount {
  return countTagBy(selected, { tag, keyOf: () => '' }).get('') ?? noClients;
}

/** Counts clients in the groups that `keyOf` makes. */
export function countClientsBy<K>(
  selected: readonly SelectedClients[],
  keyOf: (clients: SelectedClients) => K,
): ReadonlyMap<K, number> {
  const counts = new Map<K, number>();
  for (const clients of selected) {
    const key = keyOf(clients);
    counts.set(key, (counts.get(key) ?? 0) + clients.holders);
  }
  return counts;
}

export function countClients(selected: readonly SelectedClients[]): number {
  return selected.reduce((sum, { holders }) => sum + holders, 0);
}
