import type { Commitment } from '../model/commitment.ts';
import type { PlanCoverage } from './answer.ts';
import type { PlannedChange } from './change.ts';
import type { PlanEvidence } from './evidence.ts';
import type { HostPromises } from './judge-class.ts';

/** What steps, preconditions and warnings of a change are made from. */
export interface Planning {
  readonly change: PlannedChange;
  readonly hosts: readonly string[];
  readonly promises: ReadonlyMap<string, HostPromises>;
  readonly evidence: PlanEvidence;
  readonly ledger: readonly Commitment[];
  readonly coverage: PlanCoverage;
  /** Milliseconds since the epoch. */
  readonly now: number;
}
