import type { EndpointTarget } from '../model/endpoint.ts';
import type { AddressSession, ProbeFailure } from '../model/observation.ts';

/**
 * What a session allows us to say. `seen`: the server answered, and whatever facts there are may be judged.
 * `unreachable`: only reachability is judged, everything else about the address holds. `held`: nothing is judged,
 * because the reason may be gone in a minute or is our own.
 */
export type Standing = 'seen' | 'unreachable' | 'held';

/** How far the session of one address may be judged. Unseen is not bad. */
export function standingOf(endpoint: EndpointTarget, session: AddressSession): Standing {
  const { failure } = session;
  if (failure === null) return 'seen';
  switch (failure.reason) {
    case 'refused':
    case 'timeout':
      return 'unreachable';
    case 'unreachable':
      return isOwnRouteMissing(session) ? 'held' : 'unreachable';
    case 'reset':
    case 'closed':
      return isStarttlsFailure(endpoint, failure) ? 'seen' : 'unreachable';
    case 'temporary':
      // 454 in answer to STARTTLS is what a server without a usable certificate says for good (RFC 3207 section 4).
      return session.starttls === 'refused' && (failure.said ?? '').startsWith('454') ? 'seen' : 'held';
    case 'busy':
    case 'blocked':
    case 'dns':
    case 'nxdomain':
    case 'no-address':
      return 'held';
    case 'rejected':
    case 'not-advertised':
    case 'protocol':
    case 'tls':
    case 'limit':
      return 'seen';
  }
}

/** Whether the session broke while changing from clear text to TLS. */
export function isStarttlsFailure(endpoint: EndpointTarget, failure: ProbeFailure): boolean {
  return failure.stage === 'starttls' || (failure.stage === 'handshake' && endpoint.tlsMode === 'starttls');
}

/**
 * Whether our own host has no way to this address: no IPv6, as in most containers, or a firewall of its own. A router
 * on the way can give ENETUNREACH as well, so for IPv4 it is not taken for our own fault.
 */
export function isOwnRouteMissing({ address, failure }: AddressSession): boolean {
  if (failure?.reason !== 'unreachable') return false;
  const said = failure.said ?? '';
  return (
    /EADDRNOTAVAIL|EAFNOSUPPORT|EACCES|EPERM/.test(said) || (address.includes(':') && said.includes('ENETUNREACH'))
  );
}
