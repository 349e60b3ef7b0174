import type { Message } from '../dns/message.ts';
import type { Name } from '../dns/name.ts';
import { rcodes, recordTypes, typeName } from '../dns/types.ts';
import { showName } from '../dns/show-name.ts';
import type { DenialProof, Dnssec, DnssecReason, SignatureResult } from '../model/dnssec.ts';
import { collectDenial, deny, denyCloser, denialSigners, hasDenialRecords } from './denial.ts';
import { wildcardLabel, type DenialOutcome } from './denial-outcome.ts';
import { findRecordSet, showSet, type RecordSet } from './record-set.ts';
import type { DnsQuestion, Steps } from './steps.ts';
import type { TrustChain, TrustContext, ZoneTrust } from './trust.ts';
import { uncheckedSignatures, verifyRecordSet } from './verify.ts';
import { failure, indeterminate, insecure, trustOf } from './zone-trust.ts';

/** What became of a record set. */
export interface SetJudgement {
  readonly result: Dnssec;
  readonly chain: TrustChain;
  readonly signatures: readonly SignatureResult[];
  /** The wildcard it was made from. */
  readonly wildcard: Name | null;
  readonly denial: DenialProof | null;
  readonly zone: Name | null;
}

/** What became of an answer without records. */
export interface AbsenceJudgement {
  readonly result: Dnssec;
  readonly chain: TrustChain;
  readonly denial: DenialProof | null;
  readonly zone: Name | null;
  /** Of the SOA record that came along: it says how long the absence may be remembered. */
  readonly signatures: readonly SignatureResult[];
}

/** Signers of one record set that are tried. More than one is rare: a zone that moves, or somebody who tries something. */
const maxSigners = 2;

/**
 * Judges a record set by its signatures. The signer's name says which zone it is of; where that zone turns out not to
 * exist, or not to be signed, the whole way down to the owner decides, so that a made-up signer cannot weaken a zone.
 */
export function* judgeSet(
  set: RecordSet,
  { message, context }: { readonly message: Message; readonly context: TrustContext },
): Steps<SetJudgement> {
  const signers = plausibleSigners(set);
  let last: SetJudgement | null = null;
  for (const signer of signers.slice(0, maxSigners)) {
    const trust = yield* trustOf(signer, context);
    if (trust.kind === 'secure' && trust.zone.equals(signer)) {
      const judgement = verifyIn(trust, { set, message, context });
      if (judgement.result.state !== 'bogus') return judgement;
      last = judgement;
    } else if (trust.kind === 'unproven') {
      if (trust.result.state === 'insecure') break;
      last = unchecked(set, { trust, context, result: trust.result });
    }
  }
  if (last !== null) return last;
  const trust = yield* trustOf(ownerSide(set.owner, set.type), context);
  const reason: DnssecReason = set.signatures.length === 0 ? 'signature-missing' : 'signer-wrong';
  const result = trust.kind === 'secure' ? failure(showSet(set), reason) : trust.result;
  return unchecked(set, { trust, context, result });
}

/** Judges an answer that says that a name, or its records of a type, do not exist. */
export function* judgeAbsence(
  question: DnsQuestion,
  reply: { readonly message: Message; readonly server: string; readonly context: TrustContext },
): Steps<AbsenceJudgement> {
  const { message, server, context } = reply;
  const at = `${showName(question.name)} ${typeName(question.type)}`;
  const nameError = message.rcode === rcodes.NXDOMAIN;
  let last: AbsenceJudgement | null = null;
  const named = denialSigners(message);
  const signers = named.filter((signer) => isAbove(signer, question));
  for (const signer of signers.slice(0, maxSigners)) {
    const trust = yield* trustOf(signer, context);
    if (trust.kind === 'secure' && trust.zone.equals(signer)) {
      const records = collectDenial(message, { zone: signer, keys: trust.keys, server, context });
      const outcome = deny({ ...question, nameError }, records);
      const { result, denial } = denialResult(outcome, { at, zone: signer, rejected: records.rejected });
      const base = { denial, chain: trust.chain, zone: signer };
      const judgement = withSoa({ ...base, result, signatures: [] }, { trust, message, server, context });
      if (judgement.result.state !== 'bogus') return judgement;
      last = judgement;
    } else if (trust.kind === 'unproven') {
      if (trust.result.state === 'insecure') break;
      last = { result: trust.result, denial: null, chain: trust.chain, zone: trust.zone, signatures: [] };
    }
  }
  if (last !== null) return last;
  const trust = yield* trustOf(ownerSide(question.name, question.type), context);
  const { chain } = trust;
  const base = { denial: null, chain, signatures: [] } as const;
  if (trust.kind === 'unproven') return { ...base, result: trust.result, zone: apexOf(message) ?? trust.zone };
  const unsigned = hasDenialRecords(message) ? 'signature-missing' : 'denial-missing';
  const reason = named.length > 0 ? 'signer-wrong' : unsigned;
  return { ...base, result: failure(at, reason), zone: trust.zone };
}

type Secure = Extract<ZoneTrust, { kind: 'secure' }>;

/** An absence with a SOA record that does not verify is refused: somebody could make it last (RFC 2308 section 5). */
function withSoa(
  judgement: AbsenceJudgement,
  of: {
    readonly trust: Secure;
    readonly message: Message;
    readonly server: string;
    readonly context: TrustContext;
  },
): AbsenceJudgement {
  const { trust, message, server, context } = of;
  const soa = findRecordSet(message.authority, { owner: trust.zone, type: recordTypes.SOA, server });
  if (soa === null || judgement.result.state === 'bogus') return judgement;
  const verdict = verifyRecordSet(soa, { zone: trust.zone, keys: trust.keys, context });
  const { signatures } = verdict;
  return verdict.ok
    ? { ...judgement, signatures }
    : { ...judgement, signatures, result: failure(showSet(soa), verdict.reason) };
}

function verifyIn(
  trust: Secure,
  of: { readonly set: RecordSet; readonly message: Message; readonly context: TrustContext },
): SetJudgement {
  const { set, message, context } = of;
  const { zone, keys, chain } = trust;
  const verdict = verifyRecordSet(set, { zone, keys, context });
  const { signatures } = verdict;
  const base = { chain, signatures, zone, wildcard: null, denial: null } as const;
  if (!verdict.ok) return { ...base, result: failure(showSet(set), verdict.reason) };
  const { wildcardLabels } = verdict;
  if (wildcardLabels === null) return { ...base, result: { state: 'secure', expiresAt: null } };
  const wildcard = set.owner.ancestor(wildcardLabels).child(wildcardLabel);
  const records = collectDenial(message, { zone, keys, server: set.server, context });
  const outcome = denyCloser({ name: set.owner, wildcardLabels }, records);
  const at = showSet(set);
  const { result, denial } = denialResult(outcome, { at, zone, rejected: records.rejected });
  const missing = outcome.kind === 'missing' && records.rejected === null;
  return {
    ...base,
    result: missing ? failure(at, 'wildcard-not-proven') : result,
    denial,
    wildcard: wildcard.ok ? wildcard.value : null,
  };
}

function denialResult(
  outcome: DenialOutcome,
  { at, zone, rejected }: { readonly at: string; readonly zone: Name; readonly rejected: DnssecReason | null },
): { readonly result: Dnssec; readonly denial: DenialProof | null } {
  switch (outcome.kind) {
    case 'proven':
      return { result: { state: 'secure', expiresAt: null }, denial: outcome.proof };
    case 'insecure':
      return { result: insecure(zone, outcome.reason), denial: outcome.proof };
    case 'wrong':
      return { result: failure(at, 'denial-wrong'), denial: null };
    case 'missing':
      return { result: failure(at, rejected ?? 'denial-missing'), denial: null };
    case 'limit':
      return { result: indeterminate('limit-hashes'), denial: null };
  }
}

function unchecked(
  set: RecordSet,
  of: { readonly trust: ZoneTrust; readonly context: TrustContext; readonly result: Dnssec },
): SetJudgement {
  const { trust, context, result } = of;
  const status: DnssecReason = result.state === 'secure' ? 'not-validated' : result.reason;
  return {
    result,
    chain: trust.chain,
    signatures: uncheckedSignatures(set, { now: context.now, status }),
    wildcard: null,
    denial: null,
    zone: trust.zone,
  };
}

/** Signers above the owner, the longest name first. */
function plausibleSigners({ owner, type, signatures }: RecordSet): readonly Name[] {
  const signers = new Map(signatures.map(({ signer }) => [signer.key(), signer]));
  return [...signers.values()]
    .filter((signer) => isAbove(signer, { name: owner, type }))
    .toSorted((a, b) => b.labelCount - a.labelCount);
}

/** A DS record belongs to the parent's side of the cut (RFC 4035 section 3.1.4.1). */
function isAbove(signer: Name, { name, type }: DnsQuestion): boolean {
  if (!name.isSubdomainOf(signer)) return false;
  return type !== recordTypes.DS || name.isRoot || !signer.equals(name);
}

function ownerSide(name: Name, type: number): Name {
  return type === recordTypes.DS ? (name.parent() ?? name) : name;
}

/** The zone that says so itself; good enough where nothing is signed. */
function apexOf({ authority }: Message): Name | null {
  return authority.find(({ type }) => type === recordTypes.SOA)?.name ?? null;
}
