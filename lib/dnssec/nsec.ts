import type { Name } from '../dns/name.ts';
import type { Nsec } from '../dns/rdata/nsec.ts';
import { recordTypes, typeName } from '../dns/types.ts';
import { showName } from '../dns/show-name.ts';
import type { DenialProof, DenialRecord, SignatureResult } from '../model/dnssec.ts';
import {
  isDelegation,
  lacksType,
  wildcardLabel,
  type CutFinding,
  type Denied,
  type DenialOutcome,
} from './denial-outcome.ts';

/*
 * Proofs from NSEC records (RFC 4035 section 5.4, RFC 6840 section 4). All records given here are of one zone, with a
 * valid signature of it, and not made from a wildcard.
 */

export interface VerifiedNsec extends Nsec {
  readonly owner: Name;
  readonly signatures: readonly SignatureResult[];
}

/** Whether the records prove that the name does not exist, or that it has no records of the type. */
export function denyByNsec({ name, type, nameError }: Denied, records: readonly VerifiedNsec[]): DenialOutcome {
  if (!nameError) {
    const match = records.find(({ owner }) => owner.equals(name));
    if (match !== undefined) {
      return lacksType(match.types, { name, type }) ? proven('nodata', [[match, 'match']]) : { kind: 'wrong' };
    }
  }
  const cover = records.find((record) => covers(record, name));
  if (cover === undefined) return { kind: 'missing' };
  if (isAncestorDelegation(cover, name)) return { kind: 'wrong' };
  // An empty non-terminal: the next name is below it (RFC 4592 section 2.2.2).
  const nonTerminal = cover.next.isSubdomainOf(name);
  if (nonTerminal) return nameError ? { kind: 'wrong' } : proven('nodata', [[cover, 'cover']]);
  const wildcard = name.ancestor(closestEncloserLabels(cover, name)).child(wildcardLabel);
  if (!wildcard.ok) return { kind: 'missing' };
  if (nameError) {
    const denied = records.find((record) => covers(record, wildcard.value));
    if (denied === undefined)
      return { kind: records.some(({ owner }) => owner.equals(wildcard.value)) ? 'wrong' : 'missing' };
    if (denied.next.isSubdomainOf(wildcard.value)) return { kind: 'wrong' };
    return proven('nxdomain', [
      [cover, 'cover'],
      [denied, 'wildcard'],
    ]);
  }
  const source =
    records.find(({ owner }) => owner.equals(wildcard.value)) ??
    // The wildcard may be an empty non-terminal too.
    records.find((record) => covers(record, wildcard.value) && record.next.isSubdomainOf(wildcard.value));
  if (source === undefined) return { kind: 'missing' };
  if (source.owner.equals(wildcard.value) && !lacksType(source.types, { name: source.owner, type }))
    return { kind: 'wrong' };
  return proven('wildcard-nodata', [
    [cover, 'cover'],
    [source, 'wildcard'],
  ]);
}

/** Whether the records prove that an answer made from a wildcard is right: nothing closer exists (RFC 4035 section 5.3.4). */
export function denyCloserByNsec(
  { name, wildcardLabels }: { readonly name: Name; readonly wildcardLabels: number },
  records: readonly VerifiedNsec[],
): DenialOutcome {
  const cover = records.find(
    (record) =>
      covers(record, name) &&
      !isAncestorDelegation(record, name) &&
      !record.next.isSubdomainOf(name) &&
      closestEncloserLabels(record, name) === wildcardLabels,
  );
  return cover === undefined ? { kind: 'missing' } : proven('wildcard-answer', [[cover, 'next-closer']]);
}

/** What the records of a zone say of a cut at a name below its apex that has no DS. */
export function findCutByNsec(name: Name, records: readonly VerifiedNsec[]): CutFinding {
  const match = records.find(({ owner }) => owner.equals(name));
  if (match !== undefined) {
    const { types } = match;
    if (types.has(recordTypes.DS) || types.has(recordTypes.SOA)) return { kind: 'wrong' };
    const cut = types.has(recordTypes.NS);
    return {
      kind: cut ? 'unsigned' : 'no-cut',
      proof: proofOf(cut ? 'no-ds' : 'no-cut', [[match, 'match']]),
      below: !types.has(recordTypes.DNAME),
    };
  }
  const cover = records.find((record) => covers(record, name));
  if (cover === undefined) return { kind: 'missing' };
  if (isAncestorDelegation(cover, name)) return { kind: 'wrong' };
  return { kind: 'no-cut', proof: proofOf('no-cut', [[cover, 'cover']]), below: cover.next.isSubdomainOf(name) };
}

/** Canonical order with the last record of the zone leading back to its apex. */
function covers({ owner, next }: VerifiedNsec, name: Name): boolean {
  if (name.compareCanonical(owner) <= 0) return false;
  return owner.compareCanonical(next) < 0 ? name.compareCanonical(next) < 0 : true;
}

/** A record at a zone cut, or at a DNAME, says nothing about names below it (RFC 6840 section 4.1). */
function isAncestorDelegation({ owner, types }: VerifiedNsec, name: Name): boolean {
  const below = name.isSubdomainOf(owner) && !name.equals(owner);
  return below && (isDelegation(types) || types.has(recordTypes.DNAME));
}

function closestEncloserLabels({ owner, next }: VerifiedNsec, name: Name): number {
  return Math.max(name.sharedLabels(owner), name.sharedLabels(next));
}

type Used = readonly (readonly [record: VerifiedNsec, role: DenialRecord['role']])[];

function proven(kind: DenialProof['kind'], used: Used): DenialOutcome {
  return { kind: 'proven', proof: proofOf(kind, used) };
}

function proofOf(kind: DenialProof['kind'], used: Used): DenialProof {
  return {
    kind,
    mechanism: 'nsec',
    iterations: null,
    records: used.map(([{ owner, next, types }, role]) => ({
      owner: showName(owner),
      next: showName(next),
      role,
      types: [...types].map(typeName),
    })),
    signatures: [...new Set(used.flatMap(([{ signatures }]) => signatures))],
  };
}
