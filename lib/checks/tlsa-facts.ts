import { explainReason, whatToDo } from '../dnssec/explain.ts';
import type { RecordOutcome, TlsaMatch, TlsaQuestion } from '../dane/match.ts';
import { matchTlsa } from '../dane/match.ts';
import type { TlsaPolicy } from '../dane/record.ts';
import { tlsaText } from '../dane/record.ts';
import type { Dnssec } from '../model/dnssec.ts';
import { dnssecReasons } from '../model/dnssec.ts';
import type { EndpointTarget } from '../model/endpoint.ts';
import { findServiceRow } from '../model/endpoint.ts';
import type { Params } from '../model/finding.ts';
import type { AddressSession, DnsLookup, EndpointObservation, TlsaRecord, TlsFacts } from '../model/observation.ts';
import type { Certificate } from '../x509/certificate.ts';
import { digestHex } from '../x509/certificate.ts';
import { readChain } from '../x509/read-chain.ts';

/* What the checks of TLSA records, the console and the command line have in common. */

/** Null where DNS gave no usable answer. */
export function readTlsaLookup({ tlsa }: EndpointObservation): DnsLookup<TlsaRecord> | null {
  return tlsa?.lookup.ok === true ? tlsa.lookup.facts : null;
}

/** A chain that an address showed, with its leaf. */
export interface ShownChain {
  readonly tls: TlsFacts;
  readonly leaf: Certificate;
  /** Usual name of the type of the leaf's key: RSA, ECDSA, … */
  readonly keyName: string;
}

const keyNames: Readonly<Record<string, string>> = { rsa: 'RSA', ec: 'ECDSA', ed25519: 'Ed25519', ed448: 'Ed448' };

/** The chains of all handshakes with an address, as far as their leaf can be read. */
export function shownChains({ tls, otherHandshake }: AddressSession): readonly ShownChain[] {
  const shown = [tls, otherHandshake?.tls.ok === true ? otherHandshake.tls.facts : null];
  return shown.flatMap((facts) => {
    const leaf = facts === null ? null : (readChain(facts.chain)[0] ?? null);
    return facts === null || leaf === null ? [] : [{ tls: facts, leaf, keyName: keyNames[leaf.keyType] ?? 'other' }];
  });
}

/**
 * Whether all certificates of an address were seen that its server may have. Not so where the second handshake came to
 * nothing for another reason than that there is no such certificate.
 */
export function sawAllChains({ tls, otherHandshake }: AddressSession): boolean {
  if (tls === null) return false;
  if (otherHandshake === undefined || otherHandshake.tls.ok) return true;
  const { stage, reason } = otherHandshake.tls.failure;
  return stage === 'handshake' && (reason === 'tls' || reason === 'closed' || reason === 'reset');
}

/** Compares the TLSA records of an endpoint with what one handshake showed; null: with nothing. `now` as in `TlsaQuestion`. */
export function compareTlsa(observation: EndpointObservation, tls: TlsFacts | null, now: number): TlsaMatch {
  return compare(observation, { tls, now, policy: tlsaPolicyOf(observation.endpoint) });
}

/** The same by RFC 6698 alone, as the draft has it: on port 25 usages 0 and 1 count too. */
export function compareTlsaAsDraft(observation: EndpointObservation, shown: Pick<Shown, 'tls' | 'now'>): TlsaMatch {
  return compare(observation, { ...shown, policy: 'mua' });
}

interface Shown {
  readonly tls: TlsFacts | null;
  readonly now: number;
  readonly policy: TlsaPolicy;
}

function compare({ endpoint, tlsa }: EndpointObservation, { tls, now, policy }: Shown): TlsaMatch {
  return matchTlsa({
    records: tlsa?.lookup.ok === true ? tlsa.lookup.facts.records : [],
    ...(tls === null ? { chain: [], verifiedPath: null } : readHandshake(tls)),
    host: endpoint.host,
    policy,
    now,
  });
}

/** What one handshake showed, as far as records are compared with it. */
export function readHandshake({ chain, pkix }: TlsFacts): Pick<TlsaQuestion, 'chain' | 'verifiedPath'> {
  return { chain: readChain(chain), verifiedPath: pkix.trusted ? readChain(pkix.path) : null };
}

/** Whose rules count at the endpoint. */
export function tlsaPolicyOf({ service, tlsMode }: EndpointTarget): TlsaPolicy {
  return findServiceRow(service, tlsMode)?.tlsaPolicy ?? 'mua';
}

/** The 3 1 1 records of all keys that were shown, as they would stand in the zone, without owner. */
export function recordsToPublish({ sessions }: EndpointObservation): readonly string[] {
  const keys = sessions.flatMap(shownChains).map(({ leaf }) => digestHex(leaf.spki, 'sha256'));
  return [...new Set(keys)].map((data) => tlsaText({ usage: 3, selector: 1, matchingType: 1, data }));
}

/** A DNSSEC state and why, in words. */
export function describeDnssec(dnssec: Dnssec): string {
  switch (dnssec.state) {
    case 'secure':
      return 'secure';
    case 'insecure':
      return `insecure: ${dnssec.provenAt}: ${explainReason(dnssec.reason)}`;
    case 'bogus':
      return `bogus: ${dnssec.at}: ${dnssec.why}`;
    case 'indeterminate':
      return `indeterminate: ${dnssec.why}`;
  }
}

/** What the operator of the zone can do about the reason in `params.reason`; `otherwise` where there is none. */
export function dnssecFix(params: Params, otherwise: string): string {
  const reason = dnssecReasons.find((known) => known === params.reason);
  return reason === undefined ? otherwise : whatToDo(reason);
}

/** A record and what it came to, in one line. */
export function showOutcome(outcome: RecordOutcome): string {
  return `${showRecord(outcome.record)} ${outcome.kind === 'match' ? 'matches' : tlsaReasons[outcome.why]}`;
}

/** `3 1 1 0123456789abcdef…` */
export function showRecord(record: TlsaRecord): string {
  const { data } = record;
  return tlsaText({ ...record, data: data.length > 16 ? `${data.slice(0, 16)}…` : data });
}

/** Why a record does not count, to follow the record in a sentence. */
export const tlsaReasons: Readonly<Record<Exclude<RecordOutcome, { kind: 'match' }>['why'], string>> = {
  usage: 'has an unknown usage',
  selector: 'has an unknown selector',
  'matching-type': 'has an unknown matching type',
  'digest-length': 'has a digest of the wrong length',
  data: 'cannot be decoded',
  policy: 'has a usage that does not count on port 25',
  'no-certificate': 'is of no certificate shown',
  pkix: 'is of a certificate shown, which is not trusted',
  path: 'is of a certificate that did not sign this one',
  constraints: 'is of a CA, but a certificate in the chain may not sign others here',
  dates: 'is of a CA, but a date in the chain does not fit',
  name: 'is of a CA or key shown, but the name is wrong',
  limit: 'was not compared: too many trust anchors stand in the records',
};
