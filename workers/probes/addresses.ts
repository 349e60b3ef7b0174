import { compareIpAddresses, parseIpAddress } from '#lib/model/ip-address.ts';
import type { AddressFacts, DnsLookup, FailureReason, Seen } from '#lib/model/observation.ts';
import type { Query } from '#workers/ports.ts';

/**
 * The addresses of a host, A and AAAA together, sorted so that a name server's rotation changes nothing. Where one
 * family fails and the other has addresses, those are kept and `missing` tells. Failures: `nxdomain`, `no-address`, or
 * that of the lookup that failed: an empty answer of one family proves nothing about the other.
 */
export async function resolveAddresses(host: string, query: Query): Promise<Seen<AddressFacts>> {
  const [ipv4, ipv6] = await Promise.all([query(host, 'A'), query(host, 'AAAA')]);
  const lookups = [ipv4, ipv6].flatMap((lookup) => (lookup.ok ? [lookup.facts] : []));
  const list = sortAddresses(lookups.flatMap(({ records }) => records));
  const failed = ipv4.ok ? ipv6 : ipv4;
  if (list.length === 0) return failed.ok ? unseen(lookups) : failed;
  const missing = failed.ok ? {} : { missing: { type: ipv4.ok ? 'AAAA' : 'A', failure: failed.failure } as const };
  return { ok: true, facts: { list, lookups, ...missing } };
}

/** Both families were answered and neither has an address. */
function unseen(lookups: readonly DnsLookup<string>[]): Seen<never> {
  // Some servers say NXDOMAIN for the one type they do not know: the name exists when any answer says so.
  const reason: FailureReason = lookups.every(({ rcode }) => rcode === 'NXDOMAIN') ? 'nxdomain' : 'no-address';
  return { ok: false, failure: { stage: 'resolve', reason } };
}

function sortAddresses(addresses: readonly string[]): readonly string[] {
  return Array.from(new Set(addresses))
    .flatMap((text) => {
      const address = parseIpAddress(text);
      return address.ok ? [{ text, octets: address.value }] : [];
    })
    .sort((a, b) => compareIpAddresses(a.octets, b.octets))
    .map(({ text }) => text);
}
