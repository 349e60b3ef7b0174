import type { Name } from '../dns/name.ts';
import { compareOctets } from '../dns/octets.ts';
import type { Dnskey } from '../dns/rdata/dnskey.ts';
import type { Ds } from '../dns/rdata/ds.ts';
import type { DsResult } from '../model/dnssec.ts';
import { isDigestOf } from './digests.ts';
import { isZoneKey } from './verify.ts';

export interface MatchedAnchors {
  /** Keys of the set that a usable DS record or a key of the trust anchor names. */
  readonly keys: readonly Dnskey[];
  /** What became of each usable DS record. */
  readonly statusOf: ReadonlyMap<Ds, DsResult['status']>;
}

/** Keys of one tag that a DS record is compared with: tags collide on purpose too. */
const maxKeysPerDs = 8;
const maxDs = 16;

/** Looks for the keys that the parent, or the trust anchor, vouches for (RFC 4035 section 5.2). */
export function matchAnchors(given: {
  readonly zone: Name;
  readonly usable: readonly Ds[];
  readonly anchorKeys: readonly Dnskey[];
  readonly keys: readonly Dnskey[];
}): MatchedAnchors {
  const candidates = given.keys.filter(isZoneKey);
  const found = new Set(
    candidates.filter((key) => given.anchorKeys.some((anchor) => compareOctets(anchor.octets, key.octets) === 0)),
  );
  const statusOf = new Map<Ds, DsResult['status']>();
  for (const ds of given.usable.slice(0, maxDs)) {
    const named = candidates.filter(({ keyTag, algorithm }) => keyTag === ds.keyTag && algorithm === ds.algorithm);
    const key = named.slice(0, maxKeysPerDs).find((candidate) => isDigestOf(ds, { owner: given.zone, key: candidate }));
    if (key !== undefined) found.add(key);
    statusOf.set(ds, key !== undefined ? 'match' : named.length === 0 ? 'no-key' : 'digest-mismatch');
  }
  return { keys: [...found], statusOf };
}
