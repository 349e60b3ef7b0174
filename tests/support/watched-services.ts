import type { WatchedService } from '#lib/checks/check.ts';
import { undeclared } from '#lib/model/declaration.ts';
import { serviceTable, type EndpointTarget } from '#lib/model/endpoint.ts';
import type { EndpointObservation, ProbeFailure } from '#lib/model/observation.ts';
import { failSessions, healthyDomain, healthyEndpoint } from './observations.ts';

/** An endpoint of a domain as its latest probe left it; healthy, named by DNS and not in an inventory unless told otherwise. */
export function watchedService(target: EndpointTarget, change: Partial<WatchedService> = {}): WatchedService {
  return {
    target,
    origin: target.service === 'smtp' ? 'mx' : 'srv',
    declared: false,
    advertised: true,
    declaration: undeclared,
    latest: latestOf(target),
    ...change,
  };
}

/** The submission host has an address of its own. */
function latestOf(target: EndpointTarget): EndpointObservation {
  const latest = healthyEndpoint(target);
  if (target.host !== 'submit.example.org' || !latest.addresses.ok) return latest;
  return {
    ...latest,
    addresses: { ok: true, facts: { ...latest.addresses.facts, list: ['192.0.2.2'] } },
    sessions: latest.sessions.slice(0, 1).map((session) => ({ ...session, address: '192.0.2.2' })),
  };
}

/** All that the records of the healthy domain lead to, alive. */
export function healthyWatched(): readonly WatchedService[] {
  const { srv, mx } = healthyDomain();
  return serviceTable.flatMap(({ service, tlsMode, port, srvLabel }) => {
    if (service === 'smtp') {
      const records = mx.ok ? mx.facts.records : [];
      return records.map(({ exchange }) => watchedService({ service, tlsMode, host: exchange, port }));
    }
    const lookup = srv.find(({ label }) => label === srvLabel)?.lookup;
    const records = lookup?.ok === true ? lookup.facts.records : [];
    return records.map(({ target, port: named }) => watchedService({ service, tlsMode, host: target, port: named }));
  });
}

/** The healthy ones with those changed that `which` picks. */
export function changeWatched(
  which: (target: EndpointTarget) => boolean,
  change: (item: WatchedService) => Partial<WatchedService>,
): readonly WatchedService[] {
  return healthyWatched().map((item) => (which(item.target) ? { ...item, ...change(item) } : item));
}

/** The same service after a probe that failed at every address. */
export function failed(item: WatchedService, failure: ProbeFailure): WatchedService {
  return { ...item, latest: failSessions(healthyEndpoint(item.target), failure) };
}

export const refusedFailure: ProbeFailure = { stage: 'connect', reason: 'refused', said: 'ECONNREFUSED' };
