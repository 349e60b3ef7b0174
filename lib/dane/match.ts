import type { TlsaRecord } from '../model/observation.ts';
import type { Certificate } from '../x509/certificate.ts';
import { isSignedWith, parseCertificate } from '../x509/certificate.ts';
import { matchHost } from '../x509/names.ts';
import type { Authority } from '../x509/path.ts';
import { createPathSearch } from '../x509/path.ts';
import type { ReadChain } from '../x509/read-chain.ts';
import type { TlsaPolicy, UnusableReason } from './record.ts';
import { findUnusable, isAssociated } from './record.ts';

/*
 * DANE matching (RFC 6698 section 2.1, RFC 7671, RFC 7672). Whether the records may be believed at all, their DNSSEC
 * state, is not decided here.
 */

/**
 * Why a usable record does not match. `no-certificate`: no certificate in question has this association data.
 * `pkix`: the certificate is there, but the path is not trusted (usages 0 and 1). `path`: it is there, but the leaf
 * does not lead to it. `constraints`: the leaf leads to it through a certificate that may not sign there (CA flag, path
 * length). `dates`: a certificate on the way to the trust anchor is out of date. `name`: all but the host's name fits.
 * `limit`: more certificates and keys stand in the records than are tried.
 */
export type NoMatchReason = 'no-certificate' | 'pkix' | 'path' | 'constraints' | 'dates' | 'name' | 'limit';

/** Where the certificate or key stands that a record matched with: in the chain as sent, or only in the record itself. */
export type AnchorPlace = 'chain' | 'record';

export type RecordOutcome =
  | {
      readonly kind: 'match';
      readonly record: TlsaRecord;
      /**
       * 0 is the leaf. Counted in the chain as sent; for usage 0 in the path that PKIX built; for a certificate from a
       * record in the path that leads to it.
       */
      readonly depth: number;
      /** Of a bare public key from a record (2 1 0): the certificate that the key signed. */
      readonly certificate: Certificate;
      readonly place: AnchorPlace;
    }
  | {
      readonly kind: 'no-match';
      readonly record: TlsaRecord;
      readonly why: NoMatchReason;
      /** Of the certificate that the record names, counted as above; null where there is none. */
      readonly depth: number | null;
    }
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
  /** Whether usage 3 asks for the name too, as the draft's tag does. Default: no (RFC 7671 section 5.1). */
  readonly checksNameOfUsage3?: boolean;
}

/** Certificates and bare keys out of records that are tried as trust anchors: each costs signature verifications. */
const maxFromRecords = 8;

/** Compares every record with the certificates of one server. */
export function matchTlsa(question: TlsaQuestion): TlsaMatch {
  const leaf = question.chain[0] ?? null;
  const evidence: Evidence = {
    question,
    nameMatches: leaf !== null && matchHost(question.host, leaf.dnsNames).matches,
    anchors: collectAnchors(question, leaf),
  };
  return {
    outcomes: question.records.map((record) => judgeRecord(record, evidence)),
    nameMatches: evidence.nameMatches,
  };
}

/** The match that a client goes by: DANE before PKIX usages, then the one nearest to the leaf. */
export function chooseMatch({ outcomes }: TlsaMatch): Extract<RecordOutcome, { kind: 'match' }> | null {
  const rank = ({ usage }: TlsaRecord): number => (usage >= 2 ? 0 : 1);
  const [first] = outcomes
    .flatMap((outcome) => (outcome.kind === 'match' ? [outcome] : []))
    .toSorted((a, b) => rank(a.record) - rank(b.record) || a.depth - b.depth);
  return first ?? null;
}

interface Evidence {
  readonly question: TlsaQuestion;
  readonly nameMatches: boolean;
  readonly anchors: Anchors;
}

/** What usage 2 chooses from. */
interface Anchors {
  readonly pool: ReadChain;
  /** Records whose own bytes are tried as trust anchor. */
  readonly tried: ReadonlySet<TlsaRecord>;
  /** The leaf and what it leads to: by all rules; by all but dates; by signatures alone. */
  readonly valid: readonly Step[];
  readonly byConstraints: readonly Step[];
  readonly bySignature: readonly Step[];
}

type Step = Pick<Authority, 'certificate' | 'index' | 'path'>;

function collectAnchors({ records, policy, chain, now }: TlsaQuestion, leaf: Certificate | null): Anchors {
  const asking = records.filter((record) => record.usage === 2 && findUnusable(record, policy) === null);
  const tried = asking.filter(({ matchingType }) => matchingType === 0).slice(0, maxFromRecords);
  const sent = new Set(chain.map((certificate) => certificate?.fingerprint));
  const fromRecords = tried.flatMap(({ selector, data }) => {
    const certificate = selector === 0 ? parseCertificate(Buffer.from(data, 'hex')) : null;
    return certificate?.ok === true && !sent.has(certificate.value.fingerprint) ? [certificate.value] : [];
  });
  const pool = [...chain, ...fromRecords];
  // Signatures are only verified where a record asks for a trust anchor.
  if (leaf === null || asking.length === 0) {
    return { pool, tried: new Set(), valid: [], byConstraints: [], bySignature: [] };
  }
  const search = createPathSearch(leaf, pool);
  const bottom: Step = { certificate: leaf, index: 0, path: [] };
  const isInDate = leaf.notBefore <= now && now <= leaf.notAfter;
  return {
    pool,
    tried: new Set(tried),
    valid: isInDate ? [bottom, ...search({ constraints: true, now })] : [],
    byConstraints: [bottom, ...search({ constraints: true, now: null })],
    bySignature: [bottom, ...search({ constraints: false, now: null })],
  };
}

function judgeRecord(record: TlsaRecord, evidence: Evidence): RecordOutcome {
  const { chain, verifiedPath, policy, checksNameOfUsage3 = false } = evidence.question;
  const unusable = findUnusable(record, policy);
  if (unusable !== null) return { kind: 'unusable', record, why: unusable };
  const noMatch = (why: NoMatchReason, found?: Found): RecordOutcome => {
    return { kind: 'no-match', record, why, depth: found?.depth ?? null };
  };
  const match = (found: Found): RecordOutcome => ({ kind: 'match', record, ...found });
  const matchNamed = (found: Found): RecordOutcome => (evidence.nameMatches ? match(found) : noMatch('name', found));

  switch (record.usage) {
    case 3: {
      // Neither names nor dates count (RFC 7671 section 5.1).
      const found = findIn(chain, record, 'leaf');
      if (found === undefined) return noMatch('no-certificate');
      return checksNameOfUsage3 ? matchNamed(found) : match(found);
    }
    case 2: {
      const found = findAnchor(record, evidence);
      return typeof found === 'string' ? noMatch(found, findIn(chain, record, 'issuers')) : matchNamed(found);
    }
    case 1: {
      const found = findIn(chain, record, 'leaf');
      if (found === undefined) return noMatch('no-certificate');
      return verifiedPath === null ? noMatch('pkix', found) : matchNamed(found);
    }
    default: {
      // Usage 0: a CA certificate on the path that PKIX trusts.
      const found = findIn(verifiedPath ?? [], record, 'issuers');
      if (found !== undefined) return matchNamed(found);
      const sent = findIn(chain, record, 'issuers');
      if (sent === undefined) return noMatch('no-certificate');
      return noMatch(verifiedPath === null ? 'pkix' : 'path', sent);
    }
  }
}

type Found = Pick<Extract<RecordOutcome, { kind: 'match' }>, 'depth' | 'certificate' | 'place'>;

/** The first certificate of the list that the record names. */
function findIn(certificates: ReadChain, record: TlsaRecord, part: 'leaf' | 'issuers'): Found | undefined {
  const [from, to] = part === 'leaf' ? [0, 1] : [1, certificates.length];
  for (const [offset, certificate] of certificates.slice(from, to).entries()) {
    if (certificate !== null && isAssociated(record, certificate)) {
      return { depth: from + offset, certificate, place: 'chain' };
    }
  }
  return undefined;
}

/** The trust anchor of a usage 2 record (RFC 7671 section 5.2), or why there is none. */
function findAnchor(record: TlsaRecord, { anchors, question: { chain } }: Evidence): Found | NoMatchReason {
  const isKey = record.selector === 1 && record.matchingType === 0 && anchors.tried.has(record);
  const key = Buffer.from(isKey ? record.data : '', 'hex');
  const find = (steps: readonly Step[]): Found | undefined => {
    const named = steps.find(({ certificate, index }) => index > 0 && isAssociated(record, certificate));
    if (named !== undefined) {
      const { certificate, index, path } = named;
      const isSent = index < chain.length;
      return { certificate, depth: isSent ? index : path.length, place: isSent ? 'chain' : 'record' };
    }
    const signed = isKey ? steps.find(({ certificate }) => isSignedWith(certificate, key)) : undefined;
    if (signed === undefined) return undefined;
    const { certificate, index, path } = signed;
    return { certificate, depth: index < chain.length ? index : path.length, place: 'record' };
  };

  const found = find(anchors.valid);
  if (found !== undefined) return found;
  if (find(anchors.byConstraints) !== undefined) return 'dates';
  if (find(anchors.bySignature) !== undefined) return 'constraints';
  if (findIn(anchors.pool, record, 'issuers') !== undefined) return 'path';
  return record.matchingType === 0 && !anchors.tried.has(record) ? 'limit' : 'no-certificate';
}
