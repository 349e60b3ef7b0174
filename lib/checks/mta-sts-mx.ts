import { matchHost } from '../x509/names.ts';
import { readChain } from '../x509/read-chain.ts';
import type { AddressSession } from '../model/observation.ts';
import type { WatchedService } from './check.ts';
import { standingOf } from './standing.ts';

/**
 * Whether senders can verify these MX hosts as MTA-STS asks for it: STARTTLS, a trusted certificate, and the name of the
 * host in it (RFC 8461 section 4.2). `complete` false: not every address could be looked at.
 */
export function judgeMxCertificates(
  hosts: readonly string[],
  watched: readonly WatchedService[],
): { readonly faults: readonly string[]; readonly complete: boolean } {
  let complete = true;
  const faults = hosts.flatMap((host) => {
    const latest = watched.find(({ target }) => target.service === 'smtp' && target.host === host)?.latest ?? null;
    const sessions = latest?.sessions ?? [];
    if (latest === null || sessions.length === 0) complete = false;
    return sessions.flatMap((session) => {
      // Whether it answers at all is told by its own checks.
      if (latest === null || standingOf(latest.endpoint, session) !== 'seen') {
        complete = false;
        return [];
      }
      const fault = faultOf(host, session);
      return fault === null ? [] : [`${host} at ${session.address}: ${fault}`];
    });
  });
  return { faults: faults.toSorted(), complete };
}

function faultOf(host: string, { tls, starttls }: AddressSession): string | null {
  if (tls === null) return starttls === 'not-advertised' ? 'no STARTTLS' : 'STARTTLS does not succeed';
  if (!tls.pkix.trusted) return `certificate not trusted (${tls.pkix.error.slice(0, 60)})`;
  const names = readChain(tls.chain)[0]?.dnsNames ?? [];
  return matchHost(host, names).matches ? null : `certificate for ${names.slice(0, 3).join(' ') || 'no name'}`;
}
