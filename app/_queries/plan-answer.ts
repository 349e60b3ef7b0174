import { rootCertificates } from 'node:tls';
import { X509Certificate } from 'node:crypto';
import type { PlanAnswer } from '#lib/planner/answer.ts';
import type { PlannedChange } from '#lib/planner/change.ts';
import { planChange, type PlanQuestion } from '#lib/planner/plan.ts';
import { parseCertificate, type Certificate } from '#lib/x509/certificate.ts';
import { readPlanEvidence } from '#prisma/commands/plan-evidence.ts';
import { readLedger } from '#prisma/commands/plan-ledger.ts';
import { readCensusCube } from './census-cube.ts';
import { database } from './database.ts';

/** Everything that the planner needs for a change, as it is now; `fresh`: not even the count of the last minute will do. */
export async function readPlanQuestion(
  change: PlannedChange,
  { now, fresh = false }: { readonly now: Date; readonly fresh?: boolean },
): Promise<PlanQuestion> {
  const [cube, ledger, evidence] = await Promise.all([
    readCensusCube(now, { fresh }),
    readLedger(database(), change),
    readPlanEvidence(database(), { change, authorities: trustedAuthorities(), now }),
  ]);
  return { change, cube, ledger, evidence, now: now.getTime() };
}

/** The answer to a change, as of now. */
export async function answerChange(change: PlannedChange, now: Date): Promise<PlanAnswer> {
  return planChange(await readPlanQuestion(change, { now, fresh: true }));
}

let authorities: readonly Certificate[] | null = null;

/** The CA certificates that Node trusts, read once: there are some 150. */
function trustedAuthorities(): readonly Certificate[] {
  authorities ??= rootCertificates.flatMap((pem) => {
    const certificate = parseCertificate(new X509Certificate(pem).raw);
    return certificate.ok ? [certificate.value] : [];
  });
  return authorities;
}
