import type { AddressFacts, DnsLookup, DomainObservation, Seen } from './observation.ts';

/** True when `name` is the apex or lies below it. Both in A-label form, lower case, without the final dot. */
export function liesIn(name: string, zone: string): boolean {
  return name === zone || name.endsWith(`.${zone}`);
}

/**
 * The zones of a domain's own names: of the domain itself and of the owners of its SRV records, which may be delegated.
 * `complete`: the zone of every name was told, so that no other zone belongs to the domain.
 */
export function zonesOfDomain({ domain, mx, srv }: DomainObservation): {
  readonly zones: readonly string[];
  readonly complete: boolean;
} {
  // That a name does not exist is said by the zone above it, which is somebody else's.
  if (mx.ok && mx.facts.rcode === 'NXDOMAIN') return { zones: [], complete: false };
  const told = [zoneOf(domain, mx), ...srv.map(({ owner, lookup }) => zoneOf(owner, lookup))];
  const zones = new Set(told.flatMap((zone) => zone ?? []));
  return { zones: [...zones].toSorted(), complete: told.every((zone) => zone !== null) };
}

/** The zone that a host lies in, as the answers about its addresses told; null where they did not. */
export function zoneOfHost(host: string, addresses: Seen<AddressFacts>): string | null {
  if (!addresses.ok) return null;
  for (const lookup of addresses.facts.lookups) {
    const zone = lookup.rcode === 'NOERROR' ? zoneOf(host, { ok: true, facts: lookup }) : null;
    if (zone !== null) return zone;
  }
  return null;
}

/** An alias may lead into another zone: then the answer does not tell which zone its own name is in. */
function zoneOf(name: string, lookup: Seen<DnsLookup<unknown>>): string | null {
  const zone = lookup.ok ? lookup.facts.zone : undefined;
  return zone !== undefined && liesIn(name, zone) ? zone : null;
}
