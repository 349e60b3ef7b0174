import { readAcceptance } from '../model/acceptance.ts';
import type { Judgement } from '../model/finding.ts';
import { severityNumber, severityOfVerdict } from '../model/finding.ts';
import type { Observed } from './step.ts';

/**
 * What a run says about one code, over all addresses. Found where any address shows it; clean only where something
 * was judged and every address that showed it before was judged clean or has left DNS. `listed` are the addresses in
 * DNS now, null where that is not known.
 */
export function observeCode(input: {
  /** Of one code and one subject. */
  readonly judgements: readonly Judgement[];
  /** Addresses that showed it until now. */
  readonly affected: readonly string[];
  readonly listed: readonly string[] | null;
}): Observed {
  const { judgements, affected, listed } = input;
  const found = judgements
    .flatMap((judgement) => gradeOf(judgement) ?? [])
    .filter(({ severity }) => severity !== 'info');
  const clean = judgements.filter(isClean);
  const cleanAddresses = clean.map(addressOf);
  const held = affected.filter(
    (address) => (listed === null || listed.includes(address)) && !cleanAddresses.includes(address),
  );
  const [worst] = found.toSorted((a, b) => severityNumber[a.severity] - severityNumber[b.severity]);
  if (worst !== undefined) {
    const addresses = [...found.map(({ judgement }) => addressOf(judgement)), ...held].filter((item) => item !== null);
    return {
      kind: 'found',
      severity: worst.severity,
      params: worst.judgement.params,
      affected: [...new Set(addresses)].toSorted(),
    };
  }
  const wholeUnseen = judgements.some((item) => item.verdict === 'inconclusive' && addressOf(item) === null);
  if (held.length > 0 || wholeUnseen || clean.length === 0) return { kind: 'unseen' };
  return { kind: 'clean', resolution: resolutionOf(clean) };
}

function resolutionOf(clean: readonly Judgement[]): string {
  if (clean.some(({ params }) => readAcceptance(params) !== null)) return 'accepted for a time';
  return clean.some(isSuperseded) ? 'replaced by another finding' : 'seen to be fine again';
}

function gradeOf(judgement: Judgement) {
  switch (judgement.verdict) {
    case 'info':
    case 'warn':
    case 'fail':
    case 'crit':
      return { judgement, severity: severityOfVerdict[judgement.verdict] };
    default:
      return null;
  }
}

/** `n-a`: the question does not arise any more, e.g. because what was wrong is no longer published. */
function isClean({ verdict }: Judgement): boolean {
  return verdict === 'pass' || verdict === 'superseded' || verdict === 'n-a' || verdict === 'info';
}

function isSuperseded({ verdict }: Judgement): boolean {
  return verdict === 'superseded';
}

function addressOf({ subject }: Judgement): string | null {
  return subject.kind === 'endpoint' ? subject.address : null;
}
