import type { Name } from '../dns/name.ts';
import { dnskeyFlags, type Dnskey } from '../dns/rdata/dnskey.ts';
import type { Rrsig } from '../dns/rdata/rrsig.ts';
import { classIn, typeName } from '../dns/types.ts';
import { showName } from '../dns/show-name.ts';
import type { DnssecReason, SignatureResult } from '../model/dnssec.ts';
import type { AlgorithmTable } from './algorithms.ts';
import type { Budget } from './budget.ts';
import { signedOwner } from './canonical.ts';
import { canonicalOrder, type RecordSet } from './record-set.ts';

export interface VerifyContext {
  readonly algorithms: AlgorithmTable;
  readonly budget: Budget;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

export type SetVerdict =
  | {
      readonly ok: true;
      readonly signatures: readonly SignatureResult[];
      /** Labels of the wildcard's parent, where the set was made from a wildcard (RFC 4035 section 5.3.2). */
      readonly wildcardLabels: number | null;
    }
  | {
      readonly ok: false;
      readonly signatures: readonly SignatureResult[];
      readonly reason: DnssecReason;
    };

/**
 * Verifies a record set with the keys of its zone (RFC 4035 section 5.3): one valid signature is enough, and all are
 * looked at, since the others tell of trouble to come.
 */
export function verifyRecordSet(
  set: RecordSet,
  { zone, keys, context }: { readonly zone: Name; readonly keys: readonly Dnskey[]; readonly context: VerifyContext },
): SetVerdict {
  const ordered = canonicalOrder(set);
  const signatures: SignatureResult[] = [];
  let wildcardLabels: number | null = null;
  let limited = set.signatures.length > context.budget.limits.signaturesPerSet;
  for (const rrsig of set.signatures.slice(0, context.budget.limits.signaturesPerSet)) {
    const status = verifySignature({ set, rrsig, ordered }, { zone, keys, context });
    if (status === 'limit-signatures') limited = true;
    if (status === 'valid') wildcardLabels ??= wildcardLabelsOf(set.owner, rrsig);
    signatures.push(signatureResult({ set, rrsig, now: context.now }, status));
  }
  if (signatures.some(({ status }) => status === 'valid')) return { ok: true, signatures, wildcardLabels };
  if (limited) return { ok: false, signatures, reason: 'limit-signatures' };
  return { ok: false, signatures, reason: tellingReason(signatures) };
}

/** Seconds in a signature are modulo 2^32: the instant nearest to now is meant (RFC 4034 section 3.1.5, RFC 1982). */
export function serialInstant(seconds: number, now: number): number {
  const nowSeconds = Math.floor(now / 1000);
  return (nowSeconds + signedDifference(seconds, nowSeconds)) * 1000;
}

/** `a` minus `b` in serial number arithmetic of 32 bits. */
function signedDifference(a: number, b: number): number {
  return (a - (b % 0x1_0000_0000)) | 0;
}

function verifySignature(
  signed: { readonly set: RecordSet; readonly rrsig: Rrsig; readonly ordered: readonly Uint8Array[] },
  by: { readonly zone: Name; readonly keys: readonly Dnskey[]; readonly context: VerifyContext },
): SignatureResult['status'] {
  const { set, rrsig, ordered } = signed;
  const { algorithms, budget, now } = by.context;
  if (!rrsig.signer.equals(by.zone)) return 'signer-wrong';
  const counted = set.owner.isWildcard ? set.owner.labelCount - 1 : set.owner.labelCount;
  if (rrsig.labels > counted || rrsig.labels < by.zone.labelCount) return 'signature-labels';
  const algorithm = algorithms.get(rrsig.algorithm);
  if (algorithm === undefined) return 'unsupported-algorithm';
  const untimely = timeStatus(rrsig, now);
  if (untimely !== null) return untimely;
  const named = by.keys.filter((key) => key.keyTag === rrsig.keyTag && key.algorithm === rrsig.algorithm);
  const usable = named.filter(isZoneKey);
  if (usable.length === 0)
    return named.some(isRevoked) ? 'key-revoked' : named.length > 0 ? 'key-not-for-zones' : 'key-missing';
  const data = signedOctets({ set, rrsig, ordered });
  for (const [index, { publicKey }] of usable.entries()) {
    if (index >= budget.limits.keysPerSignature || !budget.take('signatures')) return 'limit-signatures';
    if (algorithm.verify({ publicKey, data, signature: rrsig.signature })) return 'valid';
  }
  return 'signature-invalid';
}

/** Whether signatures of zone data may be made with it (RFC 4034 section 2.1.1, RFC 5011 section 2.1). */
export function isZoneKey(key: Dnskey): boolean {
  return (key.flags & dnskeyFlags.zone) !== 0 && key.protocol === 3 && !isRevoked(key);
}

/** RFC 5011 section 2.1. */
export function isRevoked(key: Dnskey): boolean {
  return (key.flags & dnskeyFlags.revoke) !== 0;
}

/** No grace: a signature that expired a second ago has expired. */
function timeStatus({ inception, expiration }: Rrsig, now: number): SignatureResult['status'] | null {
  const seconds = Math.floor(now / 1000);
  if (signedDifference(expiration, inception) < 0) return 'signature-expired-before-valid';
  if (signedDifference(seconds, expiration) > 0) return 'signature-expired';
  return signedDifference(inception, seconds) > 0 ? 'signature-not-yet-valid' : null;
}

/** RFC 4034 section 3.1.8.1: the RRSIG data without the signature, then every record in canonical form and order. */
function signedOctets({
  set,
  rrsig,
  ordered,
}: {
  readonly set: RecordSet;
  readonly rrsig: Rrsig;
  readonly ordered: readonly Uint8Array[];
}): Uint8Array {
  const fixed = Buffer.alloc(18);
  fixed.writeUInt16BE(rrsig.typeCovered, 0);
  fixed.writeUInt8(rrsig.algorithm, 2);
  fixed.writeUInt8(rrsig.labels, 3);
  fixed.writeUInt32BE(rrsig.originalTtlSeconds, 4);
  fixed.writeUInt32BE(rrsig.expiration, 8);
  fixed.writeUInt32BE(rrsig.inception, 12);
  fixed.writeUInt16BE(rrsig.keyTag, 16);
  const owner = signedOwner(set.owner, rrsig.labels);
  const records = ordered.flatMap((rdata) => {
    const head = Buffer.alloc(10);
    head.writeUInt16BE(set.type, 0);
    head.writeUInt16BE(classIn, 2);
    head.writeUInt32BE(rrsig.originalTtlSeconds, 4);
    head.writeUInt16BE(rdata.length, 8);
    return [owner, head, rdata];
  });
  return Buffer.concat([fixed, rrsig.signer.toCanonicalWire(), ...records]);
}

function wildcardLabelsOf(owner: Name, { labels }: Rrsig): number | null {
  const counted = owner.isWildcard ? owner.labelCount - 1 : owner.labelCount;
  return labels < counted ? labels : null;
}

function signatureResult(
  { set, rrsig, now }: { readonly set: RecordSet; readonly rrsig: Rrsig; readonly now: number },
  status: SignatureResult['status'],
): SignatureResult {
  const expiration = serialInstant(rrsig.expiration, now);
  return {
    owner: showName(set.owner),
    type: typeName(set.type),
    signer: showName(rrsig.signer),
    keyTag: rrsig.keyTag,
    algorithm: rrsig.algorithm,
    labels: rrsig.labels,
    originalTtlSeconds: rrsig.originalTtlSeconds,
    inception: serialInstant(rrsig.inception, now),
    expiration,
    status,
    server: set.server,
  };
}

/** The most telling of several reasons: what nearly worked comes first. */
const byTelling: readonly SignatureResult['status'][] = [
  'signature-expired',
  'signature-not-yet-valid',
  'signature-expired-before-valid',
  'signature-invalid',
  'key-not-for-zones',
  'key-revoked',
  'key-missing',
  'signature-labels',
  'unsupported-algorithm',
  'signer-wrong',
];

function tellingReason(signatures: readonly SignatureResult[]): DnssecReason {
  for (const status of byTelling) {
    if (status !== 'valid' && signatures.some((signature) => signature.status === status)) return status;
  }
  return 'signature-missing';
}

/** Results for signatures that nobody could check, because their zone gives no keys. */
export function uncheckedSignatures(
  set: RecordSet,
  { now, status }: { readonly now: number; readonly status: DnssecReason },
): readonly SignatureResult[] {
  return set.signatures.map((rrsig) => signatureResult({ set, rrsig, now }, status));
}
