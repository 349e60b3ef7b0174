import { createHash } from 'node:crypto';
import { fromBase32Hex, toBase32Hex } from '../dns/base32hex.ts';
import type { Name } from '../dns/name.ts';
import { compareOctets, toHex, toLatin1 } from '../dns/octets.ts';
import type { Nsec3 } from '../dns/rdata/nsec3.ts';
import { recordTypes, typeName } from '../dns/types.ts';
import { showName } from '../dns/show-name.ts';
import type { DenialProof, DenialRecord, SignatureResult } from '../model/dnssec.ts';
import type { Budget } from './budget.ts';
import {
  isDelegation,
  lacksType,
  wildcardLabel,
  type CutFinding,
  type Denied,
  type DenialOutcome,
} from './denial-outcome.ts';

/*
 * Proofs from NSEC3 records (RFC 5155 section 8, RFC 6840 section 4, RFC 9276). All records given here are of one zone,
 * with a valid signature of it.
 */

export interface VerifiedNsec3 extends Nsec3 {
  readonly owner: Name;
  readonly signatures: readonly SignatureResult[];
}

/** More rounds than this are not computed: the answer counts as insecure (RFC 9276 section 3.2). */
export const maxIterations = 150;
const sha1 = 1;
const optOutFlag = 1;

interface Chain {
  readonly records: readonly HashedRecord[];
  readonly zone: Name;
  /** Null where the budget is used up. */
  readonly hash: (name: Name) => Uint8Array | null;
}

interface HashedRecord extends VerifiedNsec3 {
  readonly hash: Uint8Array;
}

interface Source {
  readonly zone: Name;
  readonly budget: Budget;
}

/** Whether the records prove that the name does not exist, or that it has no records of the type. */
export function denyByNsec3(denied: Denied, records: readonly VerifiedNsec3[], source: Source): DenialOutcome {
  return inFirstChain(records, source, (chain) => {
    const { name, type, nameError } = denied;
    const found = findClosestEncloser(name, chain);
    if (found.kind !== 'found') return found;
    const { match, nextCloser, encloser } = found;
    if (encloser.equals(name)) {
      if (nameError || !lacksType(match.types, { name, type })) return { kind: 'wrong' };
      return proven('nodata', [[match, 'match']]);
    }
    if (nextCloser === null) return { kind: 'missing' };
    const base: Used = [
      [match, 'closest-encloser'],
      [nextCloser, 'next-closer'],
    ];
    const optOut = isOptOut(nextCloser);
    const wildcard = encloser.child(wildcardLabel);
    if (!wildcard.ok) return { kind: 'missing' };
    const wildcardHash = chain.hash(wildcard.value);
    if (wildcardHash === null) return { kind: 'limit' };
    if (nameError) {
      const cover = chain.records.find((record) => covers(record, wildcardHash));
      if (cover === undefined) return { kind: 'missing' };
      const used: Used = [...base, [cover, 'wildcard']];
      return optOut ? insecure('nxdomain', used) : proven('nxdomain', used);
    }
    const sourceOf = chain.records.find(({ hash }) => compareOctets(hash, wildcardHash) === 0);
    // RFC 5155 section 8.5 with erratum 3441, and 8.6: the span may hold an unsigned delegation, of it or above it.
    if (sourceOf === undefined) return optOut ? insecure('nodata', base) : { kind: 'missing' };
    if (!lacksType(sourceOf.types, { name: wildcard.value, type })) return { kind: 'wrong' };
    const used: Used = [...base, [sourceOf, 'wildcard']];
    return optOut ? insecure('wildcard-nodata', used) : proven('wildcard-nodata', used);
  });
}

/** Whether the records prove that an answer made from a wildcard is right: nothing closer exists (RFC 5155 section 8.8). */
export function denyCloserByNsec3(
  { name, wildcardLabels }: { readonly name: Name; readonly wildcardLabels: number },
  records: readonly VerifiedNsec3[],
  source: Source,
): DenialOutcome {
  return inFirstChain(records, source, (chain) => {
    const nextCloserHash = chain.hash(name.ancestor(wildcardLabels + 1));
    if (nextCloserHash === null) return { kind: 'limit' };
    const cover = chain.records.find((record) => covers(record, nextCloserHash));
    if (cover === undefined) return { kind: 'missing' };
    const used: Used = [[cover, 'next-closer']];
    return isOptOut(cover) ? insecure('wildcard-answer', used) : proven('wildcard-answer', used);
  });
}

/** What the records of a zone say of a cut at a name below its apex that has no DS. */
export function findCutByNsec3(name: Name, records: readonly VerifiedNsec3[], source: Source): CutFinding {
  return inFirstChain<CutFinding>(records, source, (chain) => {
    const found = findClosestEncloser(name, chain);
    if (found.kind !== 'found') return found;
    const { match, nextCloser, encloser } = found;
    if (encloser.equals(name)) {
      const { types } = match;
      if (types.has(recordTypes.DS) || types.has(recordTypes.SOA)) return { kind: 'wrong' };
      const cut = types.has(recordTypes.NS);
      const proof = proofOf(cut ? 'no-ds' : 'no-cut', [[match, 'match']]);
      return {
        kind: cut ? 'unsigned' : 'no-cut',
        proof,
        below: !types.has(recordTypes.DNAME),
      };
    }
    if (nextCloser === null) return { kind: 'missing' };
    const used: Used = [
      [match, 'closest-encloser'],
      [nextCloser, 'next-closer'],
    ];
    if (isOptOut(nextCloser)) return insecure('opt-out', used);
    return { kind: 'no-cut', proof: proofOf('no-cut', used), below: false };
  });
}

/** RFC 5155 section 5: SHA-1 over name and salt, then `iterations` times over the result and salt. */
export function nsec3Hash(name: Name, { salt, iterations }: Pick<Nsec3, 'salt' | 'iterations'>): Uint8Array {
  let digest: Uint8Array = createHash('sha1').update(name.toCanonicalWire()).update(salt).digest();
  for (let round = 0; round < iterations; round += 1) digest = createHash('sha1').update(digest).update(salt).digest();
  return digest;
}

/**
 * Records of different parameters are different chains, as while one replaces another; none is mixed with another
 * (RFC 5155 section 8.2). The first chain that says something decides.
 */
function inFirstChain<T extends DenialOutcome | CutFinding>(
  records: readonly VerifiedNsec3[],
  { zone, budget }: Source,
  prove: (chain: Chain) => T | Exclude<DenialOutcome, { kind: 'proven' }>,
): T | Exclude<DenialOutcome, { kind: 'proven' }> {
  const chains = new Map<string, HashedRecord[]>();
  for (const record of records) {
    const hash = ownerHash(record, zone);
    if (hash === null) continue;
    const parameters = `${record.iterations} ${toHex(record.salt)}`;
    const chain = chains.get(parameters) ?? [];
    chain.push({ ...record, hash });
    chains.set(parameters, chain);
  }
  let outcome: T | Exclude<DenialOutcome, { kind: 'proven' }> = { kind: 'missing' };
  for (const chain of [...chains.values()].slice(0, maxChains)) {
    const [first] = chain;
    if (first === undefined) continue;
    outcome =
      first.iterations > maxIterations
        ? { kind: 'insecure', reason: 'nsec3-iterations', proof: proofOf('nodata', [[first, 'cover']]) }
        : prove({ records: chain, zone, hash: hashWithin(first, budget) });
    if (outcome.kind !== 'missing') return outcome;
  }
  return outcome;
}

/** No zone has more of them at a time, and each one costs hashes. */
const maxChains = 3;

function hashWithin(parameters: Nsec3, budget: Budget): Chain['hash'] {
  const known = new Map<string, Uint8Array>();
  return (name) => {
    const found = known.get(name.key());
    if (found !== undefined) return found;
    if (!budget.take('hashes')) return null;
    const hash = nsec3Hash(name, parameters);
    known.set(name.key(), hash);
    return hash;
  };
}

/** The hash that is the first label of the owner; null for a record that is to be ignored (RFC 5155 section 8.1, 8.2). */
function ownerHash({ owner, hashAlgorithm, flags, nextHashedOwner }: VerifiedNsec3, zone: Name): Uint8Array | null {
  if (hashAlgorithm !== sha1 || flags > 1 || owner.labelCount !== zone.labelCount + 1) return null;
  const [label] = owner.labels();
  const hash = label === undefined ? null : fromBase32Hex(toLatin1(label));
  return hash !== null && hash.length === 20 && nextHashedOwner.length === 20 ? hash : null;
}

type Encloser =
  | {
      readonly kind: 'found';
      readonly encloser: Name;
      readonly match: HashedRecord;
      /** Covers the name one label longer than the closest encloser; null where nothing does. */
      readonly nextCloser: HashedRecord | null;
    }
  | { readonly kind: 'missing' | 'wrong' | 'limit' };

/** RFC 5155 section 8.3: the longest ancestor that exists, and the proof that the next longer one does not. */
function findClosestEncloser(name: Name, chain: Chain): Encloser {
  for (let labels = name.labelCount; labels >= chain.zone.labelCount; labels -= 1) {
    const encloser = name.ancestor(labels);
    const hash = chain.hash(encloser);
    if (hash === null) return { kind: 'limit' };
    const match = chain.records.find((record) => compareOctets(record.hash, hash) === 0);
    if (match === undefined) continue;
    if (labels === name.labelCount) return { kind: 'found', encloser, match, nextCloser: null };
    const { types } = match;
    // Names below a cut or a DNAME are not this zone's to deny (RFC 6840 section 4.1).
    if (isDelegation(types) || types.has(recordTypes.DNAME)) return { kind: 'wrong' };
    const nextHash = chain.hash(name.ancestor(labels + 1));
    if (nextHash === null) return { kind: 'limit' };
    const nextCloser = chain.records.find((record) => covers(record, nextHash)) ?? null;
    return { kind: 'found', encloser, match, nextCloser };
  }
  return { kind: 'missing' };
}

function covers({ hash, nextHashedOwner }: HashedRecord, wanted: Uint8Array): boolean {
  const after = compareOctets(wanted, hash) > 0;
  const before = compareOctets(wanted, nextHashedOwner) < 0;
  if (compareOctets(hash, nextHashedOwner) < 0) return after && before;
  return (after || before) && compareOctets(wanted, hash) !== 0;
}

function isOptOut({ flags }: Nsec3): boolean {
  return (flags & optOutFlag) !== 0;
}

type Used = readonly (readonly [record: VerifiedNsec3, role: DenialRecord['role']])[];

function proven(kind: DenialProof['kind'], used: Used): { readonly kind: 'proven'; readonly proof: DenialProof } {
  return { kind: 'proven', proof: proofOf(kind, used) };
}

function insecure(
  kind: DenialProof['kind'],
  used: Used,
): { readonly kind: 'insecure'; readonly reason: 'opt-out'; readonly proof: DenialProof } {
  return { kind: 'insecure', reason: 'opt-out', proof: proofOf(kind, used) };
}

function proofOf(kind: DenialProof['kind'], used: Used): DenialProof {
  return {
    kind,
    mechanism: 'nsec3',
    iterations: used[0]?.[0].iterations ?? null,
    records: used.map(([{ owner, nextHashedOwner, types }, role]) => ({
      owner: showName(owner),
      next: toBase32Hex(nextHashedOwner),
      role,
      types: [...types].map(typeName),
    })),
    signatures: [...new Set(used.flatMap(([{ signatures }]) => signatures))],
  };
}
