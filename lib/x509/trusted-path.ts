import { X509Certificate } from 'node:crypto';
import type { Certificate } from './certificate.ts';
import { isSelfSigned } from './certificate.ts';
import { createPathSearch } from './path.ts';

/** What own path building found; `why` is the first thing in its way. */
export type TrustedPath =
  /** Leaf first, trust anchor last. */
  | { readonly trusted: true; readonly path: readonly Certificate[] }
  | { readonly trusted: false; readonly why: 'self-signed' | 'no-path' | 'dates' | 'purpose' };

export interface PathQuestion {
  /** As a server would send it, leaf first. */
  readonly chain: readonly Certificate[];
  readonly anchors: readonly Certificate[];
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** id-kp-serverAuth (RFC 5280 section 4.2.1.12). */
const serverAuthentication = '1.3.6.1.5.5.7.3.1';

/**
 * Whether a certificate that no server shows yet leads to a trust anchor. Without its private key there is no handshake in
 * which OpenSSL could say so; looked at are signatures, dates, CA flags, path lengths and the purpose of the leaf, not name
 * constraints and policies.
 */
export function findTrustedPath({ chain, anchors, now }: PathQuestion): TrustedPath {
  const [leaf, ...sent] = chain;
  if (leaf === undefined) return { trusted: false, why: 'no-path' };
  if (!isForServers(new X509Certificate(leaf.der))) return { trusted: false, why: 'purpose' };
  const isAnchor = ({ fingerprint }: Certificate) => anchors.some((anchor) => anchor.fingerprint === fingerprint);
  if (isAnchor(leaf)) return isInDate(leaf, now) ? { trusted: true, path: [leaf] } : { trusted: false, why: 'dates' };
  const issuers = new Set(chain.map(({ issuer }) => issuer));
  // Of the many anchors only those are tried that somebody names: each costs a signature.
  const candidates = [...sent, ...anchors.filter(({ subject }) => issuers.has(subject))];
  const search = createPathSearch(leaf, candidates);
  const find = (at: number | null) =>
    search({ constraints: true, now: at }).find(({ certificate }) => isAnchor(certificate));
  const found = find(now);
  if (found !== undefined) {
    const path = found.path.flatMap((index) => candidates[index] ?? []);
    return { trusted: true, path: [leaf, ...path] };
  }
  if (find(null) !== undefined) return { trusted: false, why: 'dates' };
  return { trusted: false, why: isSelfSigned(leaf) ? 'self-signed' : 'no-path' };
}

function isInDate({ notBefore, notAfter }: Certificate, now: number): boolean {
  return notBefore <= now && now <= notAfter;
}

/** One that says nothing of its purposes is for all of them. Node calls the extended key usage so, and has none then. */
function isForServers({ keyUsage }: { readonly keyUsage?: readonly string[] | undefined }): boolean {
  return keyUsage === undefined || keyUsage.includes(serverAuthentication);
}
