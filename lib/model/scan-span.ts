import { z } from 'zod';
import type { EndpointTarget } from './endpoint.ts';
import type { TlsFacts } from './observation.ts';
import type { AddressScan, Offer, ScanObservation, StatusUrl } from './scan-observation.ts';
import { addressScan, statusUrl } from './scan-observation-schema.ts';
import {
  canonicalJson,
  certificateKeeper,
  failureFacts,
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

const statusUrlsEvidence = z.object({
  startedAt: z.number(),
  finishedAt: z.number(),
  statusUrls: z.array(statusUrl),
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
  const { address, versions, sslv3, weakSuites, withoutServerName, keys, certificateRequest, closeNotify } = item;
  const { repeated, statBeforeLogin, mailBeforeTls, clientCommand, injection, failure: ended } = item;
  const different = new Map(repeated.map((one) => [canonicalJson(one), one]));
  return {
    ...{ address, certificateRequest, closeNotify, statBeforeLogin, mailBeforeTls, clientCommand, injection },
    versions: offersFacts(versions),
    sslv3: offerFacts(sslv3),
    weakSuites: offersFacts(weakSuites),
    withoutServerName: withoutServerName === null ? null : offerFacts(withoutServerName),
    keys: offersFacts(keys),
    repeated: sorted([...different.values()]),
    failure: ended === null ? null : failureFacts(ended),
  };
}

function offersFacts(offers: Readonly<Record<string, Offer<unknown>>>): unknown {
  return Object.fromEntries(Object.entries(offers).map(([name, offer]) => [name, offerFacts(offer)]));
}

/** Without what was said when nobody could look: it may name a session or a queue. */
function offerFacts(offer: Offer<unknown>): unknown {
  return offer.outcome === 'unseen' ? { ...offer, failure: failureFacts(offer.failure) } : offer;
}

/** A status page changes its words and its address when it likes. */
function statusUrlFacts({ url, fetched: document, addresses }: StatusUrl): unknown {
  if (!document.ok) return { url, failure: failureFacts(document.failure) };
  const { status, asksForLogin, redirects, tls } = document.facts;
  return { url, status, asksForLogin, redirects, tls, addresses: sorted(addresses) };
}
