import type { Name } from '../dns/name.ts';
import { toHex } from '../dns/octets.ts';
import type { Dnskey } from '../dns/rdata/dnskey.ts';
import { parseDs, type Ds } from '../dns/rdata/ds.ts';
import { showName } from '../dns/show-name.ts';
import type { DenialProof, Dnssec, DsResult, SignatureResult, ZoneLink } from '../model/dnssec.ts';
import type { TrustAnchor } from './anchors.ts';
import { isSupportedDigest } from './digests.ts';
import type { MatchedAnchors } from './match-anchors.ts';
import { ttlOf, type RecordSet } from './record-set.ts';

/** The link of a zone whose keys came, trusted or not. */
export function keyLink(of: {
  readonly zone: Name;
  readonly ds: readonly Ds[];
  readonly dsSet: { readonly set: RecordSet; readonly signatures: readonly SignatureResult[] } | null;
  readonly matched: MatchedAnchors;
  readonly keys: readonly Dnskey[];
  readonly set: RecordSet | null;
  readonly signatures: readonly SignatureResult[];
  readonly result: Dnssec;
}): ZoneLink {
  const { matched, signatures, dsSet, set } = of;
  const signs = ({ keyTag, algorithm }: Dnskey) =>
    signatures.some((one) => one.status === 'valid' && one.keyTag === keyTag && one.algorithm === algorithm);
  return {
    zone: showName(of.zone),
    state: of.result,
    ds: of.ds.map((ds) => dsResult(ds, matched.statusOf.get(ds) ?? 'ignored')),
    dsSignatures: dsSet?.signatures ?? [],
    dsTtlSeconds: dsSet === null ? null : ttlOf(dsSet.set),
    keys: of.keys.map((key) => ({
      keyTag: key.keyTag,
      algorithm: key.algorithm,
      flags: key.flags,
      protocol: key.protocol,
      anchored: matched.keys.includes(key),
      signsKeys: signs(key),
    })),
    keySignatures: signatures,
    keyTtlSeconds: set === null ? null : ttlOf(set),
    denial: null,
  };
}

/** The link of a zone whose keys were never asked for: not signed, or signed in a way that we do not know. */
export function unsignedLink(
  zone: Name,
  of: {
    readonly result: Dnssec;
    readonly ds: RecordSet | null;
    readonly dsSignatures: readonly SignatureResult[];
    readonly denial: DenialProof | null;
  },
): ZoneLink {
  const { ds, result, dsSignatures, denial } = of;
  const parsed = (ds?.records ?? []).flatMap((record) => {
    const one = parseDs(record.rdata);
    return one.ok ? [one.value] : [];
  });
  return {
    ...emptyLink(zone, result),
    ds: parsed.map((one) => dsResult(one, 'no-key')),
    dsSignatures,
    dsTtlSeconds: ds === null ? null : ttlOf(ds),
    denial,
  };
}

/** The link of a trust anchor that we cannot use. */
export function anchorLink({ zone, ds }: TrustAnchor, result: Dnssec): ZoneLink {
  return { ...emptyLink(zone, result), ds: ds.map((one) => dsResult(one, 'no-key')) };
}

function emptyLink(zone: Name, state: Dnssec): ZoneLink {
  return {
    zone: showName(zone),
    state,
    ds: [],
    dsSignatures: [],
    dsTtlSeconds: null,
    keys: [],
    keySignatures: [],
    keyTtlSeconds: null,
    denial: null,
  };
}

function dsResult(ds: Ds, status: DsResult['status']): DsResult {
  const { keyTag, algorithm, digestType } = ds;
  return { keyTag, algorithm, digestType, digest: toHex(ds.digest), status: refine(ds, status) };
}

/** A DS record that was not used was left aside for its digest, or because a stronger one stands beside it. */
function refine({ digestType }: Ds, status: DsResult['status']): DsResult['status'] {
  if (status === 'ignored' || status === 'no-key') return isSupportedDigest(digestType) ? status : 'unsupported-digest';
  return status;
}
