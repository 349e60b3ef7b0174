import type { FindingDefinition } from '../checks/check.ts';
import { holdJudgement } from '../checks/trusted-clock.ts';
import type { Judgement } from '../model/finding.ts';

/** Whether a run found something that our own network or resolver failing would give as well. */
export function canBeOurs(
  judgements: readonly Judgement[],
  findFinding: (code: string) => FindingDefinition | null | undefined,
): boolean {
  return judgements.some((judgement) => isFound(judgement) && findFinding(judgement.code)?.confirmations === 2);
}

/**
 * What a run says while our own network or resolver is down: nothing bad. What it saw to be fine stays, unless the run
 * itself went wrong in a way that can be ours: then all of it is unknown.
 */
export function holdJudgements(judgements: readonly Judgement[], { whole }: { readonly whole: boolean }) {
  return judgements.map((judgement) => (whole || isFound(judgement) ? holdJudgement(judgement) : judgement));
}

function isFound({ verdict }: Judgement): boolean {
  return verdict === 'info' || verdict === 'warn' || verdict === 'fail' || verdict === 'crit';
}
