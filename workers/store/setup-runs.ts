import type { Transaction } from '#prisma/client.ts';
import { storableJson } from '#lib/model/stored-text.ts';
import type { SetupResult } from '#lib/setup/setup-result.ts';
import type { SetupStep } from '#lib/setup/setup-step.ts';
import type { Claim } from './tasks.ts';

/** Marks a run as looked at by this claim; null: it is over, or not there any more. Steps of earlier claims are hidden from now on. */
export async function startSetup(
  tx: Transaction,
  { id, claim, now }: { readonly id: string; readonly claim: Claim; readonly now: Date },
): Promise<{ readonly domain: string } | null> {
  const [row] = await tx.setupRun.updateManyAndReturn({
    where: { id, finishedAt: null },
    data: { attempt: claim.fence, startedAt: now },
    select: { domain: true },
  });
  return row ?? null;
}

/** Adds steps. */
export async function saveSetupSteps(
  tx: Transaction,
  { id, claim, steps }: { readonly id: string; readonly claim: Claim; readonly steps: readonly SetupStep[] },
): Promise<void> {
  await tx.$executeRaw`
    INSERT INTO setup_step (run_id, attempt, step)
    SELECT id, ${claim.fence}, told.step
    FROM setup_run CROSS JOIN jsonb_array_elements(${storableJson(steps)}::jsonb) WITH ORDINALITY AS told (step, place)
    WHERE id = ${id} AND attempt = ${claim.fence}
    ORDER BY told.place`;
}

/** Writes down what it came to. */
export async function finishSetup(
  tx: Transaction,
  done: {
    readonly id: string;
    readonly outcome: { readonly result: SetupResult } | { readonly error: string };
    readonly now: Date;
  },
): Promise<void> {
  const { id, outcome, now } = done;
  const [result, error] = 'error' in outcome ? [null, outcome.error] : [storableJson(outcome.result), null];
  await tx.$executeRaw`
    UPDATE setup_run SET finished_at = ${now}, error = ${error}, result = ${result}::jsonb
    WHERE id = ${id} AND finished_at IS NULL`;
}

/** A setup is done in minutes: one that is older was given up, or is what its domain shows by itself by now. */
const keptMs = 7 * 86_400_000;

/** Removes up to `limit` old runs with their steps, and the tasks of those that no worker ever took. Gives how many. */
export function removeSetupRuns(
  db: Transaction,
  { now, limit }: { readonly now: Date; readonly limit: number },
): Promise<number> {
  return db.$executeRaw`
    WITH old AS (
      SELECT id FROM setup_run WHERE requested_at < ${new Date(now.getTime() - keptMs)} LIMIT ${limit}
    ), tasks AS (
      DELETE FROM task WHERE kind = 'setup' AND ref IN (SELECT id FROM old)
    )
    DELETE FROM setup_run WHERE id IN (SELECT id FROM old)`;
}
