import type { Name } from '../dns/name.ts';
import { compareOctets } from '../dns/octets.ts';
import type { Dnskey } from '../dns/rdata/dnskey.ts';
import type { Ds } from '../dns/rdata/ds.ts';
import type { DsResult } from '../model/dnssec.ts';
import { isDigestOf } from './digests.ts';
import { isZoneKey } from './verify.ts';

export interface MatchedAnchors {
  /** Keys of the set that a usable DS record or a key of the trust anchor names, and that may sign a zone. */
  readonly keys: readonly Dnskey[];
  /** Keys that are named too, but are revoked or no zone keys. */
  readonly unfit: readonly Dnskey[];
  /** What became of each usable DS record. */
  readonly statusOf: ReadonlyMap<Ds, DsResult['status']>;
}

/** More DS records than that are left aside; the keys of one message are few enough to compare each of them with all. */
const maxDs = 16;

/** Looks for the keys that the parent, or the trust anchor, vouches for (RFC 4035 section 5.2). */
export function matchAnchors(given: {
  readonly zone: Name;
  readonly usable: readonly Ds[];
  readonly anchorKeys: readonly Dnskey[];
  readonly keys: readonly Dnskey[];
}): MatchedAnchors {
  const { zone, anchorKeys, keys } = given;
  const found = new Set(
    keys.filter((key) => anchorKeys.some((anchor) => compareOctets(anchor.octets, key.octets) === 0)),
  );
  const statusOf = new Map<Ds, DsResult['status']>();
  for (const ds of given.usable.slice(0, maxDs)) {
    const named = keys.filter(({ keyTag, algorithm }) => keyTag === ds.keyTag && algorithm === ds.algorithm);
    const key = named.find((candidate) => isDigestOf(ds, { owner: zone, key: candidate }));
    if (key !== undefined) found.add(key);
    statusOf.set(ds, key !== undefined ? 'match' : named.length === 0 ? 'no-key' : 'digest-mismatch');
  }
  return { keys: [...found].filter(isZoneKey), unfit: [...found].filter((key) => !isZoneKey(key)), statusOf };
}
