import { createHash } from 'node:crypto';
import { z } from 'zod';
import { documentFacts } from '../advert/configuration-facts.ts';
import type {
  AddressSession,
  DnsLookup,
  DomainObservation,
  EndpointObservation,
  ProbeFailure,
  PublishedConfiguration,
  Seen,
  TlsaObservation,
  TlsFacts,
} from './observation.ts';
import { dnsLookup, failure, seen, session, tlsaRecord } from './observation-schema.ts';

/*
 * What has not changed is stored once, with its first and last sighting. A piece of an observation has `facts`, which
 * stay the same from run to run while nothing changes, and `evidence`, the whole of the latest run: transcript with
 * session ids, timings, DNS messages. Certificates are kept apart, once each; both name them by fingerprint.
 */

export type SpanKind = 'addresses' | 'session' | 'tlsa' | 'discovery' | 'zone' | 'scan' | 'status-url' | 'message';

export interface SpanPiece {
  readonly kind: SpanKind;
  /** Of a session or scan; otherwise ''. */
  readonly address: string;
  /** SHA-256 (lower-case hex) of the canonical JSON of `facts`. */
  readonly hash: string;
  readonly facts: unknown;
  readonly evidence: unknown;
}

/** Certificates of an observation: SHA-256 of the DER (lower-case hex) to base64 DER. */
export type CertificateSet = ReadonlyMap<string, string>;

/** SHA-256 of a certificate given as base64 DER, lower-case hex. */
function certificateFingerprint(der: string): string {
  return createHash('sha256').update(Buffer.from(der, 'base64')).digest('hex');
}

/** Collects certificates: `keep` puts a fingerprint in the place of the bytes. */
export function certificateKeeper(): { readonly certificates: CertificateSet; readonly keep: (der: string) => string } {
  const certificates = new Map<string, string>();
  const keep = (der: string): string => {
    const fingerprint = certificateFingerprint(der);
    certificates.set(fingerprint, der);
    return fingerprint;
  };
  return { certificates, keep };
}

/** Takes one run of an endpoint apart into what is stored. */
export function splitEndpointObservation(observation: EndpointObservation): {
  readonly pieces: readonly SpanPiece[];
  readonly certificates: CertificateSet;
} {
  const { certificates, keep } = certificateKeeper();
  const { addresses, sessions, tlsa, startedAt, finishedAt } = observation;
  const pieces = [
    piece('addresses', '', { facts: addressFacts(addresses), evidence: { startedAt, finishedAt, addresses } }),
    ...sessions.map((item) => {
      const evidence = mapCertificates(item, keep);
      return piece('session', item.address, { facts: sessionFacts(evidence), evidence });
    }),
    ...(tlsa === null ? [] : [piece('tlsa', '', { facts: tlsaFacts(tlsa), evidence: tlsa })]),
  ];
  return { pieces, certificates };
}

/** One discovery of a domain as what is stored. */
export function splitDomainObservation(observation: DomainObservation): SpanPiece {
  const { domain, srv, mx, mxTlsa, hosts, endpoints, configuration } = observation;
  const facts = {
    srv: srv.map(({ owner, lookup }) => ({ owner, lookup: seenFacts(lookup, lookupFacts) })),
    mx: seenFacts(mx, lookupFacts),
    mxTlsa: sorted(mxTlsa.map(({ owner, lookup }) => ({ owner, lookup: seenFacts(lookup, lookupFacts) }))),
    hosts: sorted(hosts.map(({ host, addresses }) => ({ host, addresses: seenFacts(addresses, sorted) }))),
    endpoints: sorted(endpoints),
    ...(configuration === undefined ? {} : { configuration: configurationFacts(configuration, domain) }),
  };
  return piece('discovery', '', { facts, evidence: observation });
}

const addressesEvidence = z.object({
  startedAt: z.number(),
  finishedAt: z.number(),
  addresses: seen(
    z.object({
      list: z.array(z.string()),
      lookups: z.array(dnsLookup(z.string())),
      missing: z.exactOptional(z.object({ type: z.enum(['A', 'AAAA']), failure })),
    }),
  ),
});
const tlsaEvidence = z.object({
  owner: z.string(),
  lookup: seen(dnsLookup(tlsaRecord)),
  resolverPassesSignatures: z.boolean().nullable(),
});

/**
 * Puts one run together again from the evidence of its pieces. `certificates` maps fingerprints to base64 DER.
 * Throws on evidence that this version did not write: a defect of ours, never of a server.
 */
export function joinEndpointObservation(stored: {
  readonly endpoint: EndpointObservation['endpoint'];
  readonly vantage: string;
  readonly addresses: unknown;
  readonly sessions: readonly unknown[];
  readonly tlsa: unknown;
  readonly certificates: CertificateSet;
}): EndpointObservation {
  const { endpoint, vantage, certificates } = stored;
  const { addresses, startedAt, finishedAt } = addressesEvidence.parse(stored.addresses);
  const derOf = (fingerprint: string): string => {
    const der = certificates.get(fingerprint);
    if (der === undefined) throw new Error(`certificate ${fingerprint} is not stored`);
    return der;
  };
  const sessions = stored.sessions.map((item) => mapCertificates(session.parse(item), derOf));
  const order = addresses.ok ? addresses.facts.list : [];
  return {
    endpoint,
    vantage,
    startedAt,
    finishedAt,
    addresses,
    sessions: sessions.toSorted((a, b) => order.indexOf(a.address) - order.indexOf(b.address)),
    tlsa: stored.tlsa === null ? null : tlsaEvidence.parse(stored.tlsa),
  };
}

const namingFacts = z.object({
  chain: z.array(z.string()),
  pkix: z.object({ path: z.array(z.string()).exactOptional() }),
});
/** What of a stored session names certificates: putting it together reads the whole of it anyway. */
const namingSession = z.object({
  tls: namingFacts.nullable(),
  otherHandshake: z.object({ tls: z.object({ facts: namingFacts.exactOptional() }) }).exactOptional(),
});

/** Fingerprints that stored sessions name. Throws on what this version did not write. */
export function fingerprintsOf(sessions: readonly unknown[]): readonly string[] {
  const named = sessions.flatMap((item) => {
    const { tls, otherHandshake } = namingSession.parse(item);
    return [tls, otherHandshake?.tls.facts].flatMap((facts) =>
      facts === null || facts === undefined ? [] : [...facts.chain, ...(facts.pkix.path ?? [])],
    );
  });
  return [...new Set(named)];
}

/** JSON with sorted keys, so that equal values have equal text. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, item: unknown) =>
    typeof item === 'object' && item !== null && !Array.isArray(item)
      ? Object.fromEntries(Object.entries(item).toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)))
      : item,
  );
}

/** A piece with the hash of its facts. */
export function piece(
  kind: SpanKind,
  address: string,
  { facts, evidence }: { readonly facts: unknown; readonly evidence: unknown },
): SpanPiece {
  const hash = createHash('sha256').update(canonicalJson(facts)).digest('hex');
  return { kind, address, hash, facts, evidence };
}

function mapCertificates(item: AddressSession, change: (text: string) => string): AddressSession {
  const { tls, otherHandshake } = item;
  const other = otherHandshake?.tls.ok === true ? mapTlsCertificates(otherHandshake.tls.facts, change) : null;
  return {
    ...item,
    tls: tls === null ? null : mapTlsCertificates(tls, change),
    ...(otherHandshake === undefined || other === null
      ? {}
      : { otherHandshake: { ...otherHandshake, tls: { ok: true, facts: other } } }),
  };
}

/** The facts with each certificate changed, e.g. its fingerprint put in the place of its bytes. */
export function mapTlsCertificates(facts: TlsFacts, change: (text: string) => string): TlsFacts {
  const { pkix, chain } = facts;
  return {
    ...facts,
    chain: chain.map(change),
    pkix: pkix.trusted ? { ...pkix, path: pkix.path.map(change) } : pkix,
  };
}

function addressFacts(addresses: EndpointObservation['addresses']): unknown {
  return seenFacts(addresses, ({ list, lookups, missing }) => ({
    list: sorted(list),
    lookups: lookups.map(lookupFacts),
    missing: missing === undefined ? null : { type: missing.type, ...failureFacts(missing.failure) },
  }));
}

function configurationFacts(configuration: PublishedConfiguration, domain: string): unknown {
  return {
    ...documentFacts(configuration, domain),
    mtaStsRecord: seenFacts(configuration.mtaStsRecord, lookupFacts),
    tlsRptRecord: seenFacts(configuration.tlsRptRecord, lookupFacts),
  };
}

function sessionFacts(item: AddressSession): unknown {
  const { greeting, capabilitiesBeforeTls, capabilitiesAfterTls, starttls, tls, otherHandshake: other } = item;
  const { identityBeforeTls, identityAfterTls } = item;
  return {
    greeted: greeting !== null,
    capabilitiesBeforeTls,
    capabilitiesAfterTls,
    starttls,
    tls,
    ...(identityBeforeTls === undefined ? {} : { identityBeforeTls }),
    ...(identityAfterTls === undefined ? {} : { identityAfterTls }),
    ...(other === undefined ? {} : { otherHandshake: { ...other, tls: seenFacts(other.tls, (facts) => facts) } }),
    failure: item.failure === null ? null : failureFacts(item.failure),
  };
}

function tlsaFacts({ owner, lookup, resolverPassesSignatures }: TlsaObservation): unknown {
  return { owner, lookup: seenFacts(lookup, lookupFacts), resolverPassesSignatures };
}

/** Without what changes from answer to answer: TTL, server, the order of records, the message itself. */
function lookupFacts<R>(lookup: DnsLookup<R>): unknown {
  const { name, type, rcode, records, aliases, signaturesPresent, dnssec } = lookup;
  return { name, type, rcode, records: sorted(records), aliases, signaturesPresent, dnssec: dnssec.state };
}

/** What was seen, changed into facts, or why it was not. */
export function seenFacts<T>(item: Seen<T>, change: (facts: T) => unknown): unknown {
  return item.ok ? { ok: true, facts: change(item.facts) } : { ok: false, failure: failureFacts(item.failure) };
}

/** Without what the other side said: it may name a session or a queue. */
export function failureFacts({ stage, reason }: ProbeFailure): Pick<ProbeFailure, 'stage' | 'reason'> {
  return { stage, reason };
}

/** In an order that depends on the items alone. */
export function sorted<T>(items: readonly T[]): readonly T[] {
  const keyed = items.map((item) => ({ item, key: canonicalJson(item) }));
  return keyed.toSorted((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0)).map(({ item }) => item);
}
