import { followAliases } from '#lib/dns/alias-chain.ts';
import type { ResourceRecord } from '#lib/dns/message.ts';
import { presentRdata } from '#lib/dns/present.ts';
import { rcodeName, rcodes } from '#lib/dns/types.ts';
import type { Validated } from '#lib/dnssec/validate.ts';
import type { DnssecReason } from '#lib/model/dnssec.ts';
import { encodeEntry } from './encode-entry.ts';
import type { Entry } from './scenario.ts';

/** What became of one question of a scenario. */
export interface Comparison {
  /** What differs, in words; null where nothing does. */
  readonly difference: string | null;
  /** What is worth knowing and no difference. */
  readonly note: string | null;
}

/** Indeterminate answers that a resolver hands on without AD; those of every other reason it refuses with SERVFAIL. */
const handedOn: readonly DnssecReason[] = ['no-trust-anchor', 'not-validated'];

/** Compares our verdict with the answer that the recorded resolver gave its client. */
export function compare(query: Entry, check: Entry, validated: Validated): Comparison {
  return { difference: compareVerdict(query, check, validated), note: compareExtendedError(check, validated) };
}

function compareVerdict(query: Entry, check: Entry, validated: Validated): string | null {
  const { result } = validated.validation;
  const said = describe(validated);
  // Whoever sets CD checks for himself and gets what there is (RFC 4035 section 3.2.2).
  const isChecking = query.flags.has('cd');
  if (check.rcode === rcodes.SERVFAIL) {
    const refused = result.state === 'bogus' || (result.state === 'indeterminate' && !handedOn.includes(result.reason));
    return refused || isChecking ? null : `expected SERVFAIL, ours ${said}`;
  }
  // RFC 6840 section 5.7: AD in the answer is for those who ask with DO or AD.
  const wantsAd = query.flags.has('do') || query.flags.has('ad');
  if (check.flags.has('ad')) {
    if (result.state !== 'secure') return `expected secure, ours ${said}`;
  } else if (!isChecking) {
    if (result.state === 'bogus') return `expected ${rcodeName(check.rcode)} that is not bogus, ours ${said}`;
    if (result.state === 'secure' && wantsAd && comparesFlags(check)) return `expected not secure, ours ${said}`;
  }
  return compareContent(check, validated) ?? null;
}

function comparesFlags({ match }: Entry): boolean {
  return match.has('all') || match.has('flags');
}

function compareContent(check: Entry, validated: Validated): string | null {
  const { message } = validated;
  if (message === null) return `expected ${rcodeName(check.rcode)}, ours no answer (${describe(validated)})`;
  const comparesRcode = check.match.has('all') || check.match.has('rcode');
  if (comparesRcode && message.rcode !== check.rcode && provenRcode(validated) !== check.rcode) {
    return `expected ${rcodeName(check.rcode)}, ours ${rcodeName(message.rcode)} (${describe(validated)})`;
  }
  const comparesAnswer = check.match.has('all') || check.match.has('answer');
  // Whoever answers to ANY may choose what of (RFC 8482).
  if (!comparesAnswer || validated.validation.result.state !== 'secure' || check.question?.type === typeAny)
    return null;
  const expected = expectedRecords(check);
  const ours = textOf(validated.records);
  const missing = expected.filter((one) => !ours.includes(one));
  const extra = ours.filter((one) => !expected.includes(one));
  const parts = [...missing.map((one) => `without ${one}`), ...extra.map((one) => `with ${one}`)];
  return parts.length === 0 ? null : `the answer is secure, but ${parts.join(', ')}`;
}

/** Response codes are not signed: a resolver that goes by the proof may answer with another one than it got. */
function provenRcode({ validation: { denial, result } }: Validated): number | null {
  if (denial === null || result.state !== 'secure' || denial.kind === 'wildcard-answer') return null;
  return denial.kind === 'nxdomain' ? rcodes.NXDOMAIN : rcodes.NOERROR;
}

const typeAny = 255;

/** Records of the asked type at the end of the alias chain. */
function expectedRecords(check: Entry): readonly string[] {
  const message = encodeEntry(check, check.question);
  if (check.question === null) return [];
  const chain = followAliases(message, check.question);
  return chain.ok ? textOf(chain.value.records) : [];
}

/** Owner, type and data; TTLs differ with every cache on the way. */
function textOf(records: readonly ResourceRecord[]): readonly string[] {
  return records.map((record) => `${record.name.toString().toLowerCase()} ${record.type} ${presentRdata(record)}`);
}

function compareExtendedError(check: Entry, { validation }: Validated): string | null {
  if (check.extendedError === null || check.extendedError === validation.extendedError) return null;
  return `EDE ${check.extendedError} expected, ours ${validation.extendedError ?? 'none'}`;
}

function describe({ validation: { result } }: Validated): string {
  switch (result.state) {
    case 'secure':
      return 'secure';
    case 'insecure':
      return `insecure (${result.reason} at ${result.provenAt})`;
    case 'bogus':
      return `bogus (${result.reason} at ${result.at}: ${result.why})`;
    case 'indeterminate':
      return `indeterminate (${result.reason}: ${result.why})`;
  }
}
