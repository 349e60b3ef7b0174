import type { Judgement } from '../model/finding.ts';

/** Codes that do not hang on which of several servers answered, but on whether one did. */
const aboutReaching: ReadonlySet<string> = new Set([
  'unreachable',
  'turned-away',
  'address-refused',
  'no-route-from-here',
]);

/**
 * Holds what a probe found in order at addresses behind which unlike servers answer in turn: the next probe may meet the
 * other one. What is wrong stays found, so that findings there neither come and go nor are hidden.
 */
export function holdMixed(
  judgements: readonly Judgement[],
  mixedAddresses: readonly string[] = [],
): readonly Judgement[] {
  if (mixedAddresses.length === 0) return judgements;
  return judgements.map((judgement) => {
    const { code, subject, verdict } = judgement;
    const isMixed = subject.kind === 'endpoint' && subject.address !== null && mixedAddresses.includes(subject.address);
    const isInOrder = verdict === 'pass' || verdict === 'superseded';
    if (!isMixed || !isInOrder || aboutReaching.has(code)) return judgement;
    return { code, subject, verdict: 'inconclusive', params: {} };
  });
}
