import type { EndpointTarget } from '../model/endpoint.ts';
import type { AddressSession, EndpointObservation } from '../model/observation.ts';
import type { WatchedService } from './check.ts';
import { standingOf } from './standing.ts';

/**
 * What a client meets at an endpoint. `live`: the service speaks its protocol at one address at least. `dead`: nobody
 * answers, or the host has no address. `other`: something answers that is not this service, or not in this way of TLS.
 */
export type Liveness = 'live' | 'dead' | 'other' | 'unknown';

/** What the latest run of an endpoint tells of it; null: there was none. */
export function livenessOf(latest: EndpointObservation | null): Liveness {
  if (latest === null) return 'unknown';
  const { addresses, sessions, endpoint } = latest;
  if (!addresses.ok) {
    const { reason } = addresses.failure;
    return reason === 'nxdomain' || reason === 'no-address' ? 'dead' : 'unknown';
  }
  if (addresses.facts.list.length === 0) return 'dead';
  const seen = sessions.map((session) => livenessAt(endpoint, session));
  if (seen.includes('live')) return 'live';
  if (seen.includes('unknown') || seen.length === 0) return 'unknown';
  return seen.includes('other') ? 'other' : 'dead';
}

function livenessAt(endpoint: EndpointTarget, session: AddressSession): Liveness {
  switch (standingOf(endpoint, session)) {
    case 'unreachable':
      return 'dead';
    case 'held':
      return 'unknown';
    case 'seen':
      return session.failure?.reason === 'protocol' || isNoTls(session) ? 'other' : 'live';
  }
}

/** A port of implicit TLS that does not begin with TLS. */
function isNoTls({ failure, starttls }: AddressSession): boolean {
  return failure?.stage === 'handshake' && failure.reason === 'tls' && starttls === 'not-applicable';
}

/** The endpoint of a domain that stands at this target. */
export function findWatched(watched: readonly WatchedService[], target: EndpointTarget): WatchedService | undefined {
  return watched.find(({ target: { service, tlsMode, host, port } }) => {
    return service === target.service && tlsMode === target.tlsMode && host === target.host && port === target.port;
  });
}

/** `mail.example.org:993`, in an order that depends on the names alone and each once. */
export function showTargets(targets: readonly Pick<EndpointTarget, 'host' | 'port'>[]): readonly string[] {
  return [...new Set(targets.map(({ host, port }) => `${host}:${port}`))].toSorted();
}
