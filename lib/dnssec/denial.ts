import type { Message } from '../dns/message.ts';
import type { Name } from '../dns/name.ts';
import type { Dnskey } from '../dns/rdata/dnskey.ts';
import { parseNsec } from '../dns/rdata/nsec.ts';
import { parseNsec3 } from '../dns/rdata/nsec3.ts';
import { recordTypes } from '../dns/types.ts';
import type { DnssecReason } from '../model/dnssec.ts';
import type { CutFinding, Denied, DenialOutcome } from './denial-outcome.ts';
import { denyByNsec, denyCloserByNsec, findCutByNsec, type VerifiedNsec } from './nsec.ts';
import { denyByNsec3, denyCloserByNsec3, findCutByNsec3, type VerifiedNsec3 } from './nsec3.ts';
import { allRecordSets, type RecordSet } from './record-set.ts';
import { verifyRecordSet, type VerifyContext } from './verify.ts';

/** The records of one message that can prove an absence, as far as the zone's keys vouch for them. */
export interface DenialRecords {
  readonly zone: Name;
  readonly nsec: readonly VerifiedNsec[];
  readonly nsec3: readonly VerifiedNsec3[];
  /** Why some were left out; null where all counted. */
  readonly rejected: DnssecReason | null;
  readonly context: VerifyContext;
}

/** More than an honest proof can need: three NSEC3 records, twice for a wildcard. */
const maxSets = 16;

/** Signers of NSEC and NSEC3 records in the authority section, the longest name first. */
export function denialSigners(message: Message): readonly Name[] {
  const signers = new Map<string, Name>();
  for (const { signatures } of denialSets(message, null)) {
    for (const { signer } of signatures) signers.set(signer.key(), signer);
  }
  return [...signers.values()].toSorted((a, b) => b.labelCount - a.labelCount);
}

/** Whether the authority section has NSEC or NSEC3 records at all. */
export function hasDenialRecords({ authority }: Message): boolean {
  return authority.some(({ type }) => type === recordTypes.NSEC || type === recordTypes.NSEC3);
}

/** Takes the records out of the authority section and verifies them with the keys of their zone. */
export function collectDenial(
  message: Message,
  by: {
    readonly zone: Name;
    readonly keys: readonly Dnskey[];
    readonly server: string | null;
    readonly context: VerifyContext;
  },
): DenialRecords {
  const nsec: VerifiedNsec[] = [];
  const nsec3: VerifiedNsec3[] = [];
  let rejected: DnssecReason | null = null;
  for (const set of denialSets(message, by.server)) {
    if (!set.owner.isSubdomainOf(by.zone)) continue;
    const verdict = verifyRecordSet(set, by);
    if (!verdict.ok) {
      // Where a limit stopped us, that is why there is no proof, whatever else is wrong.
      rejected = verdict.reason === 'limit-signatures' ? verdict.reason : (rejected ?? verdict.reason);
      continue;
    }
    // RFC 4592 section 4.7: such a record was made for the wildcard, and says nothing about this owner.
    if (verdict.wildcardLabels !== null) continue;
    const { owner } = set;
    const { signatures } = verdict;
    for (const record of set.records) {
      if (set.type === recordTypes.NSEC) {
        const parsed = parseNsec(record.rdata);
        if (parsed.ok && parsed.value.next.isSubdomainOf(by.zone)) nsec.push({ ...parsed.value, owner, signatures });
        else rejected ??= 'record-malformed';
      } else {
        const parsed = parseNsec3(record.rdata);
        if (parsed.ok) nsec3.push({ ...parsed.value, owner, signatures });
        else rejected ??= 'record-malformed';
      }
    }
  }
  return { zone: by.zone, nsec, nsec3, rejected, context: by.context };
}

/**
 * Whether the records prove that a name or its records of a type do not exist. The response code is not signed: where the
 * proof shows the other of the two absences, what was asked for is absent all the same.
 */
export function deny(denied: Denied, records: DenialRecords): DenialOutcome {
  const first = denyEither(denied, records);
  if (first.kind !== 'missing' && first.kind !== 'wrong') return first;
  const second = denyEither({ ...denied, nameError: !denied.nameError }, records);
  return second.kind === 'proven' ? second : first;
}

/** Whether nothing closer to the name exists than the wildcard that its answer was made from. */
export function denyCloser(
  answer: { readonly name: Name; readonly wildcardLabels: number },
  records: DenialRecords,
): DenialOutcome {
  return preferNsec(records, {
    nsec: () => denyCloserByNsec(answer, records.nsec),
    nsec3: () => denyCloserByNsec3(answer, records.nsec3, sourceOf(records)),
  });
}

/** What a zone says of a name that has no DS record. */
export function findCut(name: Name, records: DenialRecords): CutFinding {
  return preferNsec<CutFinding>(records, {
    nsec: () => findCutByNsec(name, records.nsec),
    nsec3: () => findCutByNsec3(name, records.nsec3, sourceOf(records)),
  });
}

function denyEither(denied: Denied, records: DenialRecords): DenialOutcome {
  return preferNsec(records, {
    nsec: () => denyByNsec(denied, records.nsec),
    nsec3: () => denyByNsec3(denied, records.nsec3, sourceOf(records)),
  });
}

function preferNsec<T extends { readonly kind: string }>(
  { nsec, nsec3 }: DenialRecords,
  prove: { readonly nsec: () => T; readonly nsec3: () => T },
): T | { readonly kind: 'missing' } {
  const first = nsec.length === 0 ? ({ kind: 'missing' } as const) : prove.nsec();
  return first.kind === 'missing' && nsec3.length > 0 ? prove.nsec3() : first;
}

function sourceOf({ zone, context }: DenialRecords) {
  return { zone, budget: context.budget };
}

function denialSets({ authority }: Message, server: string | null): readonly RecordSet[] {
  return allRecordSets(authority, server)
    .filter(({ type }) => type === recordTypes.NSEC || type === recordTypes.NSEC3)
    .slice(0, maxSets);
}
