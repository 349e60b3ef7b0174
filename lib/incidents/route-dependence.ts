import type { RouteDependence } from '../model/alert-route.ts';

/** Something that has to work for an alert of a route to arrive. */
export interface RoutePart {
  readonly part: RouteDependence[number]['part'];
  /** As given, without a login: a host, or a mail address. */
  readonly given: string;
  /** Names that lead there, in A-label form, lower case: of a mailbox its domain too. */
  readonly names: readonly string[];
  readonly addresses: readonly string[];
}

/** What Latchwatch reports on. Names in A-label form, lower case. */
export interface WatchedNames {
  readonly hosts: ReadonlySet<string>;
  readonly domains: ReadonlySet<string>;
  /** Watched hosts by the addresses that they were last seen to have. */
  readonly hostsByAddress: ReadonlyMap<string, readonly string[]>;
}

const maxDependences = 50;

/**
 * Where a route depends on what it reports on: a part that is a watched host, has an address of one, or has a name in a
 * watched domain, whose DNS may be what fails. Each pair of part and watched name once.
 */
export function findRouteDependence(parts: readonly RoutePart[], watched: WatchedNames): RouteDependence {
  const found = parts.flatMap(({ part, given, names, addresses }) => {
    const leads = new Set([
      ...names.filter((name) => watched.hosts.has(name)),
      ...addresses.flatMap((address) => watched.hostsByAddress.get(address) ?? []),
      ...names.flatMap((name) =>
        domainsAbove(name)
          .filter((domain) => watched.domains.has(domain))
          .slice(0, 1),
      ),
    ]);
    return [...leads].map((watchedHost) => ({ part, given, watchedHost }));
  });
  return found.slice(0, maxDependences);
}

/** The name and all names above it, the nearest first. */
function domainsAbove(name: string): readonly string[] {
  const labels = name.split('.');
  return labels.map((_label, index) => labels.slice(index).join('.'));
}
