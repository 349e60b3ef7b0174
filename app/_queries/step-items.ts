import type { StepItem } from '#components/step-list.tsx';
import { listProbeSteps, type ProbeStep } from '#lib/evidence/probe-steps.ts';
import type { StepSeen } from '#lib/evidence/read-step.ts';
import type { CheckOutcome } from './endpoint-evidence.ts';
import type { FindingRecord } from './findings.ts';

/** The steps of one address as rows, with what findings say where one holds, and since when. */
export function stepItems(
  seen: StepSeen,
  known: {
    readonly outcomes: readonly CheckOutcome[];
    readonly findings: readonly FindingRecord[];
    /** Since when this address has shown the same, in milliseconds since the epoch; null: not known. */
    readonly unchangedSince: number | null;
  },
): readonly StepItem[] {
  const { outcomes, findings, unchangedSince } = known;
  return listProbeSteps({ ...seen, outcomes, findings }).map((step) => {
    const finding = worstFinding(step, findings, seen.session.address);
    return {
      ...step,
      found: finding === null ? null : { expected: finding.expected, got: finding.got },
      since:
        finding !== null
          ? { at: finding.firstSeen.getTime(), kind: 'found' }
          : unchangedSince === null || step.state === 'not-reached'
            ? null
            : { at: unchangedSince, kind: 'unchanged' },
    };
  });
}

/** The codes of a step stand the worst first. */
function worstFinding({ codes }: ProbeStep, findings: readonly FindingRecord[], address: string): FindingRecord | null {
  const here = findings.filter((one) => one.address === address || one.address === null);
  for (const code of codes) {
    const found = here.find((one) => one.code === code);
    if (found !== undefined) return found;
  }
  return null;
}
