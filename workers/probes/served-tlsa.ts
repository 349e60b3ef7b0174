import { isIP } from 'node:net';
import type { ServedTlsa } from '#lib/dane/held-since.ts';
import { servedTlsa, tlsaOwner } from '#lib/dane/served-tlsa.ts';
import { parseName } from '#lib/dns/name.ts';
import type { EndpointObservation } from '#lib/model/observation.ts';
import type { Iterate } from '#workers/net/dns/iterate.ts';
import { askedQuestions } from './zone-question.ts';
import { askServers, type ServerPorts } from './zone-servers.ts';

export interface ServedTlsaPorts extends ServerPorts {
  readonly delegationOf: Iterate['delegationOf'];
}

/**
 * Asks every authoritative server by itself for the TLSA records of an endpoint that was probed a moment ago. Null where
 * nobody could be asked: the probe tells neither the answer nor its zone, or the zone has no servers that can be found.
 */
export async function lookAtServedTlsa(
  { endpoint, tlsa }: EndpointObservation,
  /** `deadline` as a `performance.now()` value. */
  { ports, deadline }: { readonly ports: ServedTlsaPorts; readonly deadline: number },
): Promise<readonly ServedTlsa[] | null> {
  if (isIP(endpoint.host) !== 0 || tlsa?.lookup.ok !== true) return null;
  const { zone, aliases } = tlsa.lookup.facts;
  const apex = zone === undefined ? null : parseName(zone);
  if (apex?.ok !== true) return null;
  const delegation = await ports.delegationOf(apex.value, { deadline, fresh: true });
  if (!delegation.ok) return null;
  // An alias leads to the zone that has the records.
  const owner = aliases.at(-1) ?? tlsaOwner(endpoint);
  if (!parseName(owner).ok) return null;
  const questions = askedQuestions([{ name: owner, type: 'TLSA' }]);
  const asked = await askServers(questions, { delegation: delegation.facts, ports, deadline });
  return asked.map(({ host, address, answers }) => servedTlsa({ host, address }, answers[0]?.answer.answer));
}
