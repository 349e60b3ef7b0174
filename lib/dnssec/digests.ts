import { createHash } from 'node:crypto';
import type { Name } from '../dns/name.ts';
import { compareOctets } from '../dns/octets.ts';
import type { Dnskey } from '../dns/rdata/dnskey.ts';
import type { Ds } from '../dns/rdata/ds.ts';

/** Digest types of DS records that we compute (RFC 4034, RFC 4509, RFC 6605); others are unsupported. */
const hashes: ReadonlyMap<number, string> = new Map([
  [1, 'sha1'],
  [2, 'sha256'],
  [4, 'sha384'],
]);

export const sha1Digest = 1;

/** Whether we compute this digest type. */
export function isSupportedDigest(digestType: number): boolean {
  return hashes.has(digestType);
}

/** Whether a DS record of `owner` is the digest of the key (RFC 4034 section 5.1.4). */
export function isDigestOf(ds: Ds, { owner, key }: { readonly owner: Name; readonly key: Dnskey }): boolean {
  const hash = hashes.get(ds.digestType);
  if (hash === undefined) return false;
  const digest = createHash(hash).update(owner.toCanonicalWire()).update(key.octets).digest();
  return compareOctets(digest, ds.digest) === 0;
}
