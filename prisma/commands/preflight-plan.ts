import type { PlannedChange } from '#lib/planner/change.ts';
import { planChange } from '#lib/planner/plan.ts';
import { plannedPart } from '#lib/planner/preflight-change.ts';
import type { PreflightPart } from '#lib/planner/preflight.ts';
import type { Certificate } from '#lib/x509/certificate.ts';
import type { Transaction } from '../client.ts';
import { loadCensusCube } from './census-cube.ts';
import { readPlanEvidence } from './plan-evidence.ts';
import { readLedger } from './plan-ledger.ts';

/** What the planner says of a change now. `authorities` as in `readPlanEvidence`. */
export async function planForPreflight(
  db: Transaction,
  asked: { readonly change: PlannedChange; readonly authorities: readonly Certificate[]; readonly now: Date },
): Promise<PreflightPart> {
  const { change, now } = asked;
  const [cube, ledger, evidence] = await Promise.all([
    loadCensusCube(db, now),
    readLedger(db, change),
    readPlanEvidence(db, asked),
  ]);
  return plannedPart(planChange({ change, cube, ledger, evidence, now: now.getTime() }));
}
