import type { Name } from '#lib/dns/name.ts';
import { nameServerHosts } from '#lib/dns/referral.ts';
import type { NameServer } from '#lib/dns/root-hints.ts';
import { recordTypes } from '#lib/dns/types.ts';
import { compareIpAddresses, parseIpAddress } from '#lib/model/ip-address.ts';
import type { ProbeFailure, Seen } from '#lib/model/observation.ts';
import { mapBounded } from '../map-bounded.ts';
import type { ResolveOptions } from './resolve.ts';
import type { Delegation, Walker } from './walk.ts';

export interface ServerOfZone {
  readonly host: Name;
  /** IPv4 first, then by number: what the host's own zone says, and glue. */
  readonly addresses: readonly string[];
}

/** Who serves a zone (RFC 1034 section 4.2.1). */
export interface ZoneDelegation {
  readonly zone: Name;
  /** The zone that delegates it; null for the root. */
  readonly parent: Name | null;
  /** Hosts that parent or zone name, with at least one address, in canonical order. */
  readonly servers: readonly ServerOfZone[];
  /** NS set at the parent; null where no server of the parent refers to the zone, for it serves both, and for the root. */
  readonly parentNameServers: readonly Name[] | null;
  /** NS set of the zone itself; null where none of its servers answers for it. */
  readonly childNameServers: readonly Name[] | null;
  readonly unresolved: readonly { readonly host: Name; readonly failure: ProbeFailure }[];
}

export interface ParentServers {
  /** The parent zone. */
  readonly zone: Name;
  readonly servers: readonly ServerOfZone[];
  readonly unresolved: readonly { readonly host: Name; readonly failure: ProbeFailure }[];
}

export interface Lookup {
  readonly zone: Name;
  readonly walker: Walker;
  readonly options: ResolveOptions;
}

const lookupsAtOnce = 8;

/** See `Iterate.parentServers`. */
export async function findParentServers({ zone, walker, options }: Lookup): Promise<Seen<ParentServers>> {
  const parent = await findParent({ zone, walker, options });
  if (!parent.ok) return parent;
  const { delegation } = parent.facts;
  const hosts = delegation.servers.map(({ host }) => host);
  return {
    ok: true,
    facts: { zone: parent.facts.zone, ...(await addressesOfAll({ hosts, glue: delegation.servers, walker, options })) },
  };
}

/** See `Iterate.delegationOf`. Fails where the name is no zone of its own, or nobody could be asked. */
export async function findDelegation(
  lookup: Lookup & { readonly hints: readonly NameServer[] },
): Promise<Seen<ZoneDelegation>> {
  const { zone, walker, options, hints } = lookup;
  const parent = zone.isRoot ? null : await findParent(lookup);
  const question = { name: zone, type: recordTypes.NS };
  const referred = parent?.ok === true ? await findReferral(lookup, parent.facts.delegation) : null;
  const own = zone.isRoot ? { zone, servers: hints } : referred;
  // Where no parent refers to the zone, the walk may still end at servers that have it.
  const answer =
    own === null
      ? await walker.find(question, walker.begin(options))
      : await walker
          .askZone({ question, delegation: own, walk: walker.begin(options), wanted: 'any' })
          .then((step) => (step.kind === 'answer' ? { ok: true as const, facts: step.found } : null));
  const childHosts = answer?.ok === true ? nameServerHosts(answer.facts.message.answer, zone) : [];
  if (own === null && childHosts.length === 0) {
    if (answer?.ok === false) return answer;
    const said = `${zone.toString()} is no zone of its own`;
    return { ok: false, failure: { stage: 'resolve', reason: 'dns', said } };
  }
  const glue = own?.servers ?? [];
  const parentHosts = referred?.servers.map(({ host }) => host) ?? null;
  const hosts = [...(own === null || zone.isRoot ? [] : glue.map(({ host }) => host)), ...childHosts];
  return {
    ok: true,
    facts: {
      zone,
      parent: parent?.ok === true ? parent.facts.zone : null,
      parentNameServers: parentHosts,
      childNameServers: childHosts.length > 0 ? childHosts : null,
      ...(await addressesOfAll({
        hosts: hosts.length > 0 ? hosts : glue.map(({ host }) => host),
        glue,
        walker,
        options,
      })),
    },
  };
}

/** The delegating zone and its servers: those that answer for the DS records of the zone. */
async function findParent({
  zone,
  walker,
  options,
}: Lookup): Promise<Seen<{ readonly zone: Name; readonly delegation: Delegation }>> {
  if (zone.isRoot) {
    return { ok: false, failure: { stage: 'resolve', reason: 'dns', said: 'the root has no parent' } };
  }
  const found = await walker.find({ name: zone, type: recordTypes.DS }, walker.begin(options));
  return found.ok ? { ok: true, facts: { zone: found.facts.zone, delegation: found.facts.delegation } } : found;
}

async function findReferral({ zone, walker, options }: Lookup, parent: Delegation): Promise<Delegation | null> {
  const question = { name: zone, type: recordTypes.NS };
  const walk = walker.begin(options);
  const step = await walker.askZone({ question, delegation: parent, walk, wanted: 'referral' });
  return step.kind === 'referral' && step.delegation.zone.equals(zone) ? step.delegation : null;
}

interface Hosts {
  readonly hosts: readonly Name[];
  readonly glue: readonly NameServer[];
  readonly walker: Walker;
  readonly options: ResolveOptions;
}

async function addressesOfAll({
  hosts,
  glue,
  walker,
  options,
}: Hosts): Promise<Pick<ParentServers, 'servers' | 'unresolved'>> {
  const unique = [...new Map(hosts.map((host) => [host.key(), host])).values()].sort((a, b) => a.compareCanonical(b));
  const rows = await mapBounded(unique, lookupsAtOnce, async (host) => {
    const found = await walker.addresses(host, walker.begin(options));
    const glued = glue.filter((server) => server.host.equals(host)).flatMap(({ addresses }) => addresses);
    const all = [...(found.ok ? found.facts : []), ...glued.map(({ address }) => address)];
    return { host, addresses: sortAddresses(all), found };
  });
  return {
    servers: rows.flatMap(({ host, addresses }) => (addresses.length > 0 ? [{ host, addresses }] : [])),
    unresolved: rows.flatMap(({ host, addresses, found }) =>
      addresses.length > 0 || found.ok ? [] : [{ host, failure: found.failure }],
    ),
  };
}

function sortAddresses(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)]
    .flatMap((text) => {
      const address = parseIpAddress(text);
      return address.ok ? [{ text, address: address.value }] : [];
    })
    .sort((a, b) => compareIpAddresses(a.address, b.address))
    .map(({ text }) => text);
}
