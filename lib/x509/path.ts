import type { Certificate } from './certificate.ts';
import { isIssuedBy } from './certificate.ts';
import type { ReadChain } from './read-chain.ts';

/*
 * Own path building, for trust anchors that only DANE knows (RFC 7671 section 5.2). Looked at are signatures, dates,
 * the CA flag and the path length; name constraints, policies and key purposes are not. Whom PKIX trusts is OpenSSL's
 * to say.
 */

/** A CA certificate that a leaf leads to. */
export interface Authority {
  readonly certificate: Certificate;
  /** Its place among the candidates. */
  readonly index: number;
  /** Places from the leaf's issuer up to this one, itself last. */
  readonly path: readonly number[];
  /** CA certificates below it, without self-issued ones (RFC 5280 section 4.2.1.9). */
  readonly below: number;
}

export interface PathRules {
  /** Whether the CA flag and the path length count. */
  readonly constraints: boolean;
  /** Milliseconds since the epoch that every certificate has to be valid at; null: dates do not count. */
  readonly now: number | null;
}

/** Signatures that one search verifies. A chain of the world needs one a certificate; hostile ones are built to need more. */
const maxVerified = 100;

/**
 * Prepares the search for the certificates among `candidates` that `leaf` leads to. The search itself may be made
 * under several rules: each signature is verified once. Once too many were, the rest counts as not made by the issuer.
 * Each authority comes with the path that has the fewest CA certificates, the nearest one first.
 */
export function createPathSearch(leaf: Certificate, candidates: ReadChain): (rules: PathRules) => readonly Authority[] {
  const verified = new Map<string, boolean>();
  const isIssuer = (issuer: Certificate, certificate: Certificate): boolean => {
    const pair = `${certificate.fingerprint} ${issuer.fingerprint}`;
    const result = verified.get(pair) ?? (verified.size < maxVerified && isIssuedBy(certificate, issuer));
    verified.set(pair, result);
    return result;
  };
  return (rules) => search(leaf, { candidates, rules, isIssuer });
}

interface Search {
  readonly candidates: ReadChain;
  readonly rules: PathRules;
  readonly isIssuer: (issuer: Certificate, certificate: Certificate) => boolean;
}

function search(leaf: Certificate, { candidates, rules, isIssuer }: Search): readonly Authority[] {
  if (!isInDate(leaf, rules)) return [];
  const found = new Map<number, Authority>();
  let waiting: readonly Authority[] = stepsFrom(leaf, { path: [], below: 0 });
  for (let next = nearest(waiting); next !== undefined; next = nearest(waiting)) {
    found.set(next.index, next);
    const { certificate, path, below } = next;
    const more = stepsFrom(certificate, { path, below: below + (certificate.isSelfIssued ? 0 : 1) });
    waiting = [...waiting, ...more].filter(({ index }) => !found.has(index));
  }
  return [...found.values()];

  function stepsFrom(certificate: Certificate, { path, below }: Pick<Authority, 'path' | 'below'>) {
    return candidates.flatMap((candidate, index) => {
      if (candidate === null || found.has(index) || candidate.fingerprint === leaf.fingerprint) return [];
      if (!isInDate(candidate, rules) || (rules.constraints && !mayStandAbove(candidate, below))) return [];
      return isIssuer(candidate, certificate) ? [{ certificate: candidate, index, path: [...path, index], below }] : [];
    });
  }
}

/** Path length only ever forbids more when more stands below, so the shortest path to a certificate is the best one. */
function nearest(waiting: readonly Authority[]): Authority | undefined {
  return waiting.reduce<Authority | undefined>(
    (best, one) => (best === undefined || one.below < best.below ? one : best),
    undefined,
  );
}

function isInDate({ notBefore, notAfter }: Certificate, { now }: PathRules): boolean {
  return now === null || (notBefore <= now && now <= notAfter);
}

function mayStandAbove({ isAuthority, pathLength }: Certificate, below: number): boolean {
  return isAuthority && (pathLength === null || below <= pathLength);
}
