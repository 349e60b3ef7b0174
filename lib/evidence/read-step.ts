import { describeDnssec, shownChains } from '../checks/tlsa-facts.ts';
import type { ComparedRecord } from '../checks/tlsa-records.ts';
import { showTime } from '../checks/wording.ts';
import { readSessionStatus } from '../deep/session-status.ts';
import type { EndpointTarget } from '../model/endpoint.ts';
import type { AddressSession, EndpointObservation } from '../model/observation.ts';
import { keyText } from '../x509/key-text.ts';
import { matchHost } from '../x509/names.ts';
import { readChain } from '../x509/read-chain.ts';
import type { StepName } from './step-of-code.ts';

/** What a step is read from. */
export interface StepSeen {
  readonly observation: EndpointObservation;
  readonly session: AddressSession;
  /** TLSA records and what they came to. */
  readonly records: readonly ComparedRecord[];
}

function failureLine({ failure }: AddressSession): readonly string[] {
  if (failure === null) return [];
  return [`${failure.reason} at ${failure.stage}${failure.said === undefined ? '' : `: ${failure.said}`}`];
}

/** What one address showed in a step, one line each; empty where the probe did not get there. */
export function readStep(name: StepName, { observation, session, records }: StepSeen): readonly string[] {
  const { tls, failure, greeting } = session;
  switch (name) {
    case 'dns':
      return dnsLines(observation);
    case 'connect':
      return session.timings.connectMs === null ? failureLine(session) : [`connected to ${session.address}`];
    case 'greeting':
      return greeting === null ? (failure?.stage === 'greeting' ? failureLine(session) : []) : [greeting];
    case 'security':
      return securityLines(session);
    case 'version':
      return tls === null ? [] : [tls.version];
    case 'cipher':
      return tls === null ? [] : [tls.cipher];
    case 'chain':
      return chainLines(session);
    case 'name':
      return nameLines(observation.endpoint, session);
    case 'tlsa':
      return tlsaLines(observation, session, records);
    case 'capabilities':
      return capabilityLines(session);
    case 'deep':
      return deepLines(observation.endpoint, session);
  }
}

function securityLines(session: AddressSession): readonly string[] {
  const { tls, starttls, failure } = session;
  const mode = starttls === 'not-applicable' || starttls === 'not-reached' ? [] : [starttls.replace('-', ' ')];
  if (tls !== null) return [...mode, 'handshake done'];
  return failure?.stage === 'starttls' || failure?.stage === 'handshake' ? [...mode, ...failureLine(session)] : mode;
}

function dnsLines({ addresses }: EndpointObservation): readonly string[] {
  if (!addresses.ok) return [`${addresses.failure.reason} at ${addresses.failure.stage}`];
  const { list, lookups, missing } = addresses.facts;
  const states = lookups.map(({ type, dnssec }) => `${type}: ${describeDnssec(dnssec)}`);
  return [list.join(', '), ...states, ...(missing === undefined ? [] : [`${missing.type}: ${missing.failure.reason}`])];
}

function chainLines({ tls }: AddressSession): readonly string[] {
  if (tls === null) return [];
  const chain = readChain(tls.chain);
  const [leaf] = chain;
  const trust = tls.pkix.trusted ? `trusted by ${tls.pkix.store}` : `${tls.pkix.error}, by ${tls.pkix.store}`;
  if (leaf === undefined || leaf === null) return [trust, 'a certificate that cannot be read'];
  return [trust, `${String(chain.length)} sent, ${keyText(leaf)}, valid until ${showTime(leaf.notAfter)}`];
}

const maxNames = 6;

function nameLines({ host }: EndpointTarget, session: AddressSession): readonly string[] {
  const [shown] = shownChains(session);
  if (shown === undefined) return [];
  const { dnsNames } = shown.leaf;
  const match = matchHost(host, dnsNames);
  if (match.matches) return [`${match.presented} is for it`];
  const more = dnsNames.length > maxNames ? ` and ${String(dnsNames.length - maxNames)} more` : '';
  return [dnsNames.length === 0 ? 'no DNS name' : `only ${dnsNames.slice(0, maxNames).join(', ')}${more}`];
}

function tlsaLines(
  { tlsa }: EndpointObservation,
  { address }: AddressSession,
  records: readonly ComparedRecord[],
): readonly string[] {
  if (tlsa === null) return [];
  if (!tlsa.lookup.ok) return [`${tlsa.lookup.failure.reason} at ${tlsa.lookup.failure.stage}`];
  const { rcode, dnssec } = tlsa.lookup.facts;
  if (records.length === 0) return [`no record (${rcode})`, `DNSSEC: ${describeDnssec(dnssec)}`];
  const here = records.map(({ at }) => at.filter((one) => one.address === address));
  const matching = here.filter((results) => results.some(({ outcome }) => outcome.kind === 'match')).length;
  const compared = here.some((results) => results.length > 0);
  const sum = compared
    ? `${String(matching)} of ${String(records.length)} records match`
    : `${String(records.length)} records, not compared`;
  return [sum, `DNSSEC: ${describeDnssec(dnssec)}`];
}

function capabilityLines(session: AddressSession): readonly string[] {
  const { capabilitiesBeforeTls, capabilitiesAfterTls, identityAfterTls } = session;
  const list = (capabilities: readonly string[]) => capabilities.join(' · ').slice(0, 400) || 'none';
  return [
    ...(capabilitiesBeforeTls === null ? [] : [`before TLS: ${list(capabilitiesBeforeTls)}`]),
    ...(capabilitiesAfterTls === null ? [] : [`inside TLS: ${list(capabilitiesAfterTls)}`]),
    ...(identityAfterTls === undefined || identityAfterTls === null
      ? []
      : [
          `ID: ${identityAfterTls
            .map(([key, value]) => `${key}=${value ?? 'NIL'}`)
            .join(' ')
            .slice(0, 400)}`,
        ]),
  ];
}

function deepLines({ service }: EndpointTarget, session: AddressSession): readonly string[] {
  const { announced, before, after } = readSessionStatus(service, session);
  if (before === null && after === null) {
    if (session.capabilitiesAfterTls === null && session.capabilitiesBeforeTls === null) return [];
    return [announced ? 'DEEP announced, no status' : 'not advertised'];
  }
  return [
    ...(before === null ? [] : [`before TLS: ${before.status.text}`]),
    ...(after === null ? [] : [`inside TLS: ${after.status.text}`]),
  ];
}
