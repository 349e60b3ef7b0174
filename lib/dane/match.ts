import { createPublicKey } from 'node:crypto';
import type { ServiceRow } from '../model/endpoint.ts';
import type { TlsaRecord } from '../model/observation.ts';
import type { Certificate } from '../x509/certificate.ts';
import { digestHex, isIssuedBy, parseCertificate } from '../x509/certificate.ts';
import { matchHost } from '../x509/names.ts';
import type { ReadChain } from '../x509/read-chain.ts';

/*
 * DANE matching (RFC 6698 section 2.1, RFC 7671, RFC 7672). Whether the records may be believed at all, their DNSSEC
 * state, is not decided here.
 *
 * Known limits: the path of a DANE-TA match is checked for signatures, dates and the CA flag, not for name or path
 * length constraints; a trust anchor that only stands in the record (2 0 0, 2 1 0) must still be in the chain as sent.
 */

export type TlsaPolicy = ServiceRow['tlsaPolicy'];

/** Why a client would skip the record altogether. `policy`: PKIX-TA and PKIX-EE between MTAs (RFC 7672 section 3.1.3). */
export type UnusableReason = 'usage' | 'selector' | 'matching-type' | 'digest-length' | 'data' | 'policy';

/**
 * Why a usable record does not match. `no-certificate`: no certificate in question has this association data.
 * `pkix`: the certificate is there, but the path is not trusted (usages 0 and 1). `path`: it is there, but the leaf
 * does not lead to it. `dates`: a certificate on the way to the trust anchor is out of date. `name`: all but the host's
 * name fits.
 */
export type NoMatchReason = 'no-certificate' | 'pkix' | 'path' | 'dates' | 'name';

export type RecordOutcome =
  | {
      readonly kind: 'match';
      readonly record: TlsaRecord;
      /** 0 is the leaf. Counted in the chain as sent; for usage 0 in the path that PKIX built. */
      readonly depth: number;
      readonly certificate: Certificate;
    }
  | { readonly kind: 'no-match'; readonly record: TlsaRecord; readonly why: NoMatchReason }
  | { readonly kind: 'unusable'; readonly record: TlsaRecord; readonly why: UnusableReason };

export interface TlsaMatch {
  /** In the order of the records. */
  readonly outcomes: readonly RecordOutcome[];
  /**
   * Whether the leaf names the host. A usage 3 match holds without it (RFC 7671 section 5.1), but the draft's
   * tls-dane-tlsa tag (section 11.2) asks for it too.
   */
  readonly nameMatches: boolean;
}

export interface TlsaQuestion {
  readonly records: readonly TlsaRecord[];
  /** As the server sent it, leaf first. */
  readonly chain: ReadChain;
  /** The path that PKIX validation built and trusted; null where it trusted none. */
  readonly verifiedPath: ReadChain | null;
  readonly host: string;
  readonly policy: TlsaPolicy;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** Compares every record with the certificates of one server. */
export function matchTlsa(question: TlsaQuestion): TlsaMatch {
  const leaf = question.chain[0] ?? null;
  // Signatures are only verified where a record asks for a trust anchor.
  const start = question.records.some(({ usage }) => usage === 2) ? leaf : null;
  const isInDate = ({ notBefore, notAfter }: Certificate): boolean =>
    notBefore <= question.now && question.now <= notAfter;
  const evidence: Evidence = {
    chain: question.chain,
    verifiedPath: question.verifiedPath,
    nameMatches: leaf !== null && matchHost(question.host, leaf.dnsNames).matches,
    authorities: start === null ? [] : findAuthorities(start, question.chain, () => true),
    authoritiesInDate: start === null ? [] : findAuthorities(start, question.chain, isInDate),
  };
  return {
    outcomes: question.records.map((record) => judgeRecord(record, question.policy, evidence)),
    nameMatches: evidence.nameMatches,
  };
}

interface Evidence {
  readonly chain: ReadChain;
  readonly verifiedPath: ReadChain | null;
  readonly nameMatches: boolean;
  /** Depths in the chain as sent that the leaf leads to by signatures, without and with regard to dates. */
  readonly authorities: readonly number[];
  readonly authoritiesInDate: readonly number[];
}

function judgeRecord(record: TlsaRecord, policy: TlsaPolicy, evidence: Evidence): RecordOutcome {
  const unusable = findUnusable(record, policy);
  if (unusable !== null) return { kind: 'unusable', record, why: unusable };
  const noMatch = (why: NoMatchReason): RecordOutcome => ({ kind: 'no-match', record, why });
  const at = (certificates: ReadChain, depths: readonly number[]): RecordOutcome | undefined => {
    for (const depth of depths) {
      const certificate = certificates[depth] ?? null;
      if (certificate !== null && isAssociated(record, certificate)) {
        return { kind: 'match', record, depth, certificate };
      }
    }
    return undefined;
  };
  const issuerDepths = (certificates: ReadChain): readonly number[] => certificates.map((_, index) => index).slice(1);

  switch (record.usage) {
    case 3:
      // Neither names nor dates count (RFC 7671 section 5.1).
      return at(evidence.chain, [0]) ?? noMatch('no-certificate');
    case 2: {
      const sent = issuerDepths(evidence.chain);
      if (at(evidence.chain, sent) === undefined) return noMatch('no-certificate');
      if (at(evidence.chain, evidence.authorities) === undefined) return noMatch('path');
      const found = at(evidence.chain, evidence.authoritiesInDate);
      if (found === undefined) return noMatch('dates');
      return evidence.nameMatches ? found : noMatch('name');
    }
    case 1: {
      const found = at(evidence.chain, [0]);
      if (found === undefined) return noMatch('no-certificate');
      if (evidence.verifiedPath === null) return noMatch('pkix');
      return evidence.nameMatches ? found : noMatch('name');
    }
    default: {
      // Usage 0: a CA certificate on the path that PKIX trusts.
      const sent = at(evidence.chain, issuerDepths(evidence.chain));
      const { verifiedPath } = evidence;
      if (verifiedPath === null) return noMatch(sent === undefined ? 'no-certificate' : 'pkix');
      const found = at(verifiedPath, issuerDepths(verifiedPath));
      if (found === undefined) return noMatch(sent === undefined ? 'no-certificate' : 'path');
      return evidence.nameMatches ? found : noMatch('name');
    }
  }
}

function findUnusable({ usage, selector, matchingType, data }: TlsaRecord, policy: TlsaPolicy): UnusableReason | null {
  if (usage > 3) return 'usage';
  if (policy === 'mta' && usage < 2) return 'policy';
  if (selector > 1) return 'selector';
  if (matchingType > 2) return 'matching-type';
  if (!/^(?:[0-9a-f]{2})+$/.test(data)) return 'data';
  switch (matchingType) {
    case 1:
      return data.length === 64 ? null : 'digest-length';
    case 2:
      return data.length === 128 ? null : 'digest-length';
    default:
      return isDecodable(Buffer.from(data, 'hex'), selector) ? null : 'data';
  }
}

function isDecodable(bytes: Uint8Array, selector: number): boolean {
  if (selector === 0) return parseCertificate(bytes).ok;
  try {
    createPublicKey({ key: Buffer.from(bytes), format: 'der', type: 'spki' });
    return true;
  } catch {
    return false;
  }
}

function isAssociated(record: TlsaRecord, certificate: Certificate): boolean {
  const bytes = record.selector === 0 ? certificate.der : certificate.spki;
  switch (record.matchingType) {
    case 1:
      return digestHex(bytes, 'sha256') === record.data;
    case 2:
      return digestHex(bytes, 'sha512') === record.data;
    default:
      return Buffer.from(bytes).toString('hex') === record.data;
  }
}

/** Depths of the certificates that the leaf leads to, step by step, through certificates that are all `acceptable`. */
function findAuthorities(
  leaf: Certificate,
  chain: ReadChain,
  acceptable: (certificate: Certificate) => boolean,
): readonly number[] {
  if (!acceptable(leaf)) return [];
  const found = new Set<number>();
  const waiting = [leaf];
  for (let current = waiting.shift(); current !== undefined; current = waiting.shift()) {
    for (const [depth, candidate] of chain.entries()) {
      if (depth === 0 || candidate === null || found.has(depth)) continue;
      if (!candidate.isAuthority || !acceptable(candidate) || !isIssuedBy(current, candidate)) continue;
      found.add(depth);
      waiting.push(candidate);
    }
  }
  return [...found];
}
