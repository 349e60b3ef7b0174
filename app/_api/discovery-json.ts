import { z } from 'zod';
import type { DiscoveryRecord, SeenDomain } from '#app/_queries/discoveries.ts';
import { facts, failureAnswer, link, listed, named, when } from './answer-schema.ts';
import { discoveryUrl } from './domain-json.ts';

const lookup = { rcode: z.string().nullable(), records: listed(facts), failure: failureAnswer.nullable() };

export const discoveryAnswer = named(
  'Discovery',
  'A look for the services of a domain: ask again until `state` is done or failed.',
  z.object({
    id: z.string(),
    domain: z.string(),
    state: z.string().describe('queued, running, done or failed. New versions may add values.'),
    requested_at: when,
    requested_by: z.string(),
    started_at: when.nullable(),
    finished_at: when.nullable(),
    error: z.string().nullable(),
    found: z
      .object({
        srv: listed(z.object({ owner: z.string(), ...lookup })),
        mx: z.object(lookup),
        hosts: listed(z.object({ host: z.string(), addresses: listed(z.string()), failure: failureAnswer.nullable() })),
        endpoints: listed(
          z.object({
            service: z.string(),
            tls: z.string(),
            host: z.string(),
            port: z.int(),
            origin: z.string(),
            priority: z.int().nullable(),
            weight: z.int().nullable(),
          }),
        ),
      })
      .nullable(),
    url: link,
  }),
);

function seenJson(seen: SeenDomain) {
  return {
    srv: seen.srv.map(({ owner, lookup }) =>
      lookup.ok
        ? { owner, rcode: lookup.facts.rcode, records: lookup.facts.records, failure: null }
        : { owner, rcode: null, records: [], failure: lookup.failure },
    ),
    mx: seen.mx.ok
      ? { rcode: seen.mx.facts.rcode, records: seen.mx.facts.records, failure: null }
      : { rcode: null, records: [], failure: seen.mx.failure },
    hosts: seen.hosts.map(({ host, addresses }) =>
      addresses.ok
        ? { host, addresses: addresses.facts, failure: null }
        : { host, addresses: [], failure: addresses.failure },
    ),
    endpoints: seen.endpoints.map(({ target, origin, priority, weight }) => ({
      service: target.service,
      tls: target.tlsMode,
      host: target.host,
      port: target.port,
      origin,
      priority,
      weight,
    })),
  };
}

/** A discovery as the API gives it: poll until `state` is done or failed. */
export function discoveryJson(discovery: DiscoveryRecord) {
  return {
    id: discovery.id,
    domain: discovery.domain,
    state: discovery.state,
    requested_at: discovery.requestedAt,
    requested_by: discovery.requestedBy,
    started_at: discovery.startedAt,
    finished_at: discovery.finishedAt,
    error: discovery.error,
    found: discovery.seen === null ? null : seenJson(discovery.seen),
    url: discoveryUrl(discovery.id),
  };
}
