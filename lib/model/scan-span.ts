import { z } from 'zod';
import type { EndpointTarget } from './endpoint.ts';
import type { TlsFacts } from './observation.ts';
import { failure, tlsFacts } from './observation-schema.ts';
import type { AddressScan, Offer, ScanObservation, StatusUrl } from './scan-observation.ts';
import {
  canonicalJson,
  certificateKeeper,
  mapTlsCertificates,
  piece,
  sorted,
  type CertificateSet,
  type SpanPiece,
} from './span.ts';

/*
 * A deep scan as what is stored: one piece an address, one for the DEEP status URLs, certificates apart, as in span.ts.
 */

/** Takes one deep scan apart into what is stored. */
export function splitScanObservation(observation: ScanObservation): {
  readonly pieces: readonly SpanPiece[];
  readonly certificates: CertificateSet;
} {
  const { certificates, keep } = certificateKeeper();
  const { startedAt, finishedAt, addresses, statusUrls } = observation;
  const urls = statusUrls.map((item) => mapStatusUrl(item, keep));
  const pieces = [
    ...addresses.map((item) => {
      const evidence = mapScanCertificates(item, keep);
      return piece('scan', item.address, { facts: scanFacts(evidence), evidence });
    }),
    piece('status-url', '', {
      facts: sorted(urls.map(statusUrlFacts)),
      evidence: { startedAt, finishedAt, statusUrls: urls },
    }),
  ];
  return { pieces, certificates };
}

const offer = <T extends z.ZodType>(facts: T) =>
  z.discriminatedUnion('outcome', [
    z.object({ outcome: z.literal('accepted'), facts }),
    z.object({ outcome: z.literal('refused'), said: z.string() }),
    z.object({ outcome: z.literal('unseen'), failure }),
  ]);
const tlsOffer = offer(tlsFacts);
const version = z.enum(['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3']);
const suiteOffer = offer(z.object({ version, suite: z.string(), name: z.string() }));
const sighting = z.enum(['yes', 'no', 'encrypted', 'unseen']);
const exchange = z.object({ sent: z.string(), reply: z.string().nullable() });
const addressScan = z.object({
  address: z.string(),
  startedAt: z.number(),
  versions: z.object({ TLSv1: tlsOffer, 'TLSv1.1': tlsOffer, 'TLSv1.2': tlsOffer, 'TLSv1.3': tlsOffer }),
  weakSuites: z.object({
    null: suiteOffer,
    export: suiteOffer,
    rc4: suiteOffer,
    '3des': suiteOffer,
    anonymous: suiteOffer,
    'static-rsa': suiteOffer,
  }),
  withoutServerName: tlsOffer.nullable(),
  keys: z.object({ rsa: tlsOffer, ec: tlsOffer }),
  certificateRequest: sighting,
  closeNotify: sighting,
  repeated: z.array(tlsFacts),
  statBeforeLogin: exchange.nullable(),
  mailBeforeTls: exchange.nullable(),
  clientCommand: z.object({ good: exchange, bad: exchange }).nullable(),
  injection: z.object({ obeyed: sighting, reply: z.string().nullable() }).nullable(),
  transcript: z.array(z.object({ from: z.enum(['client', 'server']), text: z.string(), atMs: z.number() })),
  failure: failure.nullable(),
});
const fetched = z.discriminatedUnion('ok', [
  z.object({
    ok: z.literal(true),
    facts: z.object({
      url: z.string(),
      address: z.string(),
      tls: tlsFacts.nullable(),
      status: z.number(),
      contentType: z.string().nullable(),
      asksForLogin: z.boolean(),
      redirects: z.array(z.string()),
      body: z.string(),
      truncated: z.boolean(),
    }),
  }),
  z.object({ ok: z.literal(false), url: z.string(), tls: tlsFacts.nullable(), failure }),
]);
const statusUrlsEvidence = z.object({
  startedAt: z.number(),
  finishedAt: z.number(),
  statusUrls: z.array(z.object({ url: z.string(), fetched, addresses: z.array(z.string()) })),
});

/** Fingerprints that the stored pieces of a scan name. */
export function fingerprintsOfScan(stored: {
  readonly scans: readonly unknown[];
  readonly statusUrls: unknown;
}): readonly string[] {
  const found = new Set<string>();
  const note = (fingerprint: string) => (found.add(fingerprint), '');
  for (const item of stored.scans) mapScanCertificates(addressScan.parse(item), note);
  for (const item of statusUrlsEvidence.parse(stored.statusUrls).statusUrls) mapStatusUrl(item, note);
  return [...found];
}

/**
 * Puts one deep scan together again from the evidence of its pieces. `certificates` maps fingerprints to base64 DER.
 * Throws on evidence that this version did not write: a defect of ours, never of a server.
 */
export function joinScanObservation(stored: {
  readonly endpoint: EndpointTarget;
  readonly vantage: string;
  readonly scans: readonly unknown[];
  readonly statusUrls: unknown;
  readonly certificates: CertificateSet;
}): ScanObservation {
  const { endpoint, vantage, certificates } = stored;
  const { startedAt, finishedAt, statusUrls } = statusUrlsEvidence.parse(stored.statusUrls);
  const derOf = (fingerprint: string): string => {
    const der = certificates.get(fingerprint);
    if (der === undefined) throw new Error(`certificate ${fingerprint} is not stored`);
    return der;
  };
  return {
    endpoint,
    vantage,
    startedAt,
    finishedAt,
    addresses: stored.scans.map((item) => mapScanCertificates(addressScan.parse(item), derOf)),
    statusUrls: statusUrls.map((item) => mapStatusUrl(item, derOf)),
  };
}

type Change = (text: string) => string;

function mapOffer(item: Offer<TlsFacts>, change: Change): Offer<TlsFacts> {
  return item.outcome === 'accepted' ? { ...item, facts: mapTlsCertificates(item.facts, change) } : item;
}

function mapScanCertificates(item: AddressScan, change: Change): AddressScan {
  const { versions, keys, withoutServerName, repeated } = item;
  return {
    ...item,
    versions: {
      TLSv1: mapOffer(versions.TLSv1, change),
      'TLSv1.1': mapOffer(versions['TLSv1.1'], change),
      'TLSv1.2': mapOffer(versions['TLSv1.2'], change),
      'TLSv1.3': mapOffer(versions['TLSv1.3'], change),
    },
    withoutServerName: withoutServerName === null ? null : mapOffer(withoutServerName, change),
    keys: { rsa: mapOffer(keys.rsa, change), ec: mapOffer(keys.ec, change) },
    repeated: repeated.map((facts) => mapTlsCertificates(facts, change)),
  };
}

function mapStatusUrl(item: StatusUrl, change: Change): StatusUrl {
  const { fetched: document } = item;
  if (document.ok) {
    const { tls } = document.facts;
    return {
      ...item,
      fetched: { ok: true, facts: { ...document.facts, tls: tls === null ? null : mapTlsCertificates(tls, change) } },
    };
  }
  const { tls } = document;
  return { ...item, fetched: { ...document, tls: tls === null ? null : mapTlsCertificates(tls, change) } };
}

/** Without what differs from scan to scan; a pool's answers as a set. */
function scanFacts(item: AddressScan): unknown {
  const { address, versions, weakSuites, withoutServerName, keys, certificateRequest, closeNotify, repeated } = item;
  const { statBeforeLogin, mailBeforeTls, clientCommand, injection, failure: ended } = item;
  const different = new Map(repeated.map((one) => [canonicalJson(one), one]));
  return {
    ...{ address, versions, weakSuites, withoutServerName, keys, certificateRequest, closeNotify },
    ...{ statBeforeLogin, mailBeforeTls, clientCommand, injection },
    repeated: sorted([...different.values()]),
    failure: ended === null ? null : { stage: ended.stage, reason: ended.reason },
  };
}

/** A status page changes its words and its address when it likes. */
function statusUrlFacts({ url, fetched: document, addresses }: StatusUrl): unknown {
  if (!document.ok) return { url, failure: { stage: document.failure.stage, reason: document.failure.reason } };
  const { status, asksForLogin, redirects, tls } = document.facts;
  return { url, status, asksForLogin, redirects, tls, addresses: sorted(addresses) };
}
