import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { err, ok, type Result } from '#lib/model/result.ts';
import { readStoredJson, storableJson } from '#lib/model/stored-text.ts';
import type { PlanAnswer } from '#lib/planner/answer.ts';
import { hashAnswer, planAnswer } from '#lib/planner/answer-schema.ts';
import { planState, whyNotApprovable, type PlanDates } from '#lib/planner/plan-state.ts';
import type { Transaction } from '../client.ts';
import { writeAudit } from './audit.ts';

/** A change that somebody plans, with the answer of that moment. Instants are in milliseconds since the epoch. */
export interface Plan extends PlanDates {
  readonly id: string;
  readonly answer: PlanAnswer;
  readonly answerHash: string;
  readonly note: string;
  readonly createdAt: number;
  readonly createdBy: string;
  readonly approvedBy: string | null;
  readonly carriedOutBy: string | null;
  readonly withdrawnBy: string | null;
}

/** Who does something to a plan, and when. */
interface Deed {
  readonly id: string;
  /** The mail address of a person, or the name of a token. */
  readonly actor: string;
  readonly now: Date;
}

export const maxPlanDays = 90;
export const maxNoteCharacters = 2000;
const dayMs = 86_400_000;

/** Keeps a plan. `typedTag`: a tag is advertised for good, so whoever plans it types it out. The error is a sentence. */
export async function savePlan(
  db: Transaction,
  plan: {
    readonly answer: PlanAnswer;
    readonly note: string;
    readonly days: number;
    readonly typedTag: string | null;
    readonly actor: string;
    readonly now: Date;
  },
): Promise<Result<{ readonly id: string }>> {
  const { answer, note, days, typedTag, actor, now } = plan;
  const { change } = answer;
  if (note.length > maxNoteCharacters) return err(`Write at most ${String(maxNoteCharacters)} characters.`);
  if (!Number.isInteger(days) || days < 1 || days > maxPlanDays) {
    return err(`A plan holds for 1 to ${String(maxPlanDays)} days.`);
  }
  if (change.op === 'advertise' && typedTag?.trim().toLowerCase() !== change.tag) {
    return err(`Type ${change.tag} out: clients that latch it keep it for good.`);
  }
  const id = randomUUID();
  await db.changePlan.create({
    data: {
      ...{ id, note, createdAt: now, createdBy: actor },
      ...stored(answer),
      expiresAt: new Date(now.getTime() + days * dayMs),
    },
  });
  await writeAudit(db, { actor, action: 'plan.saved', subject: id, detail: { op: change.op }, now });
  return ok({ id });
}

/** Puts a newer answer in the place of the kept one; approved plans keep theirs. */
export async function recheckPlan(db: Transaction, { id, actor, now, answer }: Deed & { readonly answer: PlanAnswer }) {
  return changePlan(db, { id, actor, now }, (plan) => {
    if (planState(plan, now.getTime()) !== 'open') return err('Only a plan that is open is checked again.');
    return ok({ action: 'plan.checked', data: stored(answer) });
  });
}

/** Approves the answer with this hash. Never by who made the plan, nor on evidence that is too old. */
export async function approvePlan(db: Transaction, { id, actor, now, hash }: Deed & { readonly hash: string }) {
  return changePlan(db, { id, actor, now }, (plan) => {
    if (planState(plan, now.getTime()) !== 'open') return err('Only a plan that is open can be approved.');
    if (plan.createdBy === actor) return err('Somebody else has to approve what you planned.');
    if (plan.answerHash !== hash) return err('The answer has changed since you opened the page: look at it again.');
    const why = whyNotApprovable(plan.answer, now.getTime());
    if (why !== null) return err(why);
    return ok({ action: 'plan.approved', data: { approvedAt: now, approvedBy: actor } });
  });
}

/** Notes that the change was made. */
export async function carryOutPlan(db: Transaction, { id, actor, now }: Deed) {
  return changePlan(db, { id, actor, now }, (plan) =>
    planState(plan, now.getTime()) === 'approved'
      ? ok({ action: 'plan.carried-out', data: { carriedOutAt: now, carriedOutBy: actor } })
      : err('Only a plan that is approved and has not expired can be carried out.'),
  );
}

export async function withdrawPlan(db: Transaction, { id, actor, now }: Deed) {
  return changePlan(db, { id, actor, now }, (plan) =>
    ['open', 'approved'].includes(planState(plan, now.getTime()))
      ? ok({ action: 'plan.withdrawn', data: { withdrawnAt: now, withdrawnBy: actor } })
      : err('It is over already.'),
  );
}

interface Writing {
  readonly action: string;
  readonly data: Parameters<Transaction['changePlan']['update']>[0]['data'];
}

/** Two people may press a button at once: the row is locked while it is decided. Call it in a transaction. */
async function changePlan(
  db: Transaction,
  { id, actor, now }: Deed,
  decide: (plan: Plan) => Result<Writing>,
): Promise<Result<null>> {
  await db.$queryRaw`SELECT id FROM change_plan WHERE id = ${id} FOR UPDATE`;
  const plan = await findPlan(db, id);
  if (plan === null) return err('This plan does not exist.');
  const decided = decide(plan);
  if (!decided.ok) return decided;
  const { action, data } = decided.value;
  await db.changePlan.update({ where: { id }, data });
  await writeAudit(db, { actor, action, subject: id, detail: { op: plan.answer.change.op }, now });
  return ok(null);
}

/** A plan by its id; null: there is none. */
export async function findPlan(db: Transaction, id: string): Promise<Plan | null> {
  const row = await db.changePlan.findUnique({ where: { id } });
  return row === null ? null : readRow(row);
}

/** The place of a plan in the list. */
export interface PlanPlace {
  /** RFC 3339. */
  readonly createdAt: string;
  readonly id: string;
}

/** The newest plans first; `after` is the last of the page before. */
export async function listPlans(
  db: Transaction,
  { after, limit }: { readonly after: PlanPlace | null; readonly limit: number },
): Promise<{ readonly plans: readonly Plan[]; readonly next: PlanPlace | null }> {
  const rows = await db.changePlan.findMany({
    where:
      after === null
        ? {}
        : {
            OR: [
              { createdAt: { lt: new Date(after.createdAt) } },
              { createdAt: new Date(after.createdAt), id: { gt: after.id } },
            ],
          },
    orderBy: [{ createdAt: 'desc' }, { id: 'asc' }],
    take: limit + 1,
  });
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  const next =
    rows.length > limit && last !== undefined ? { createdAt: last.createdAt.toISOString(), id: last.id } : null;
  return { plans: shown.map(readRow), next };
}

const instant = z.date().transform((date) => date.getTime());
const planRow = z.object({
  id: z.string(),
  answer: z.unknown(),
  answerHash: z.string(),
  note: z.string(),
  createdAt: instant,
  createdBy: z.string(),
  expiresAt: instant,
  approvedAt: instant.nullable(),
  approvedBy: z.string().nullable(),
  carriedOutAt: instant.nullable(),
  carriedOutBy: z.string().nullable(),
  withdrawnAt: instant.nullable(),
  withdrawnBy: z.string().nullable(),
});

function readRow(row: unknown): Plan {
  const { answer, ...plan } = planRow.parse(row);
  return { ...plan, answer: planAnswer.parse(readStoredJson(JSON.stringify(answer))) };
}

function stored(answer: PlanAnswer) {
  return { change: asJson(answer.change), answer: asJson(answer), answerHash: hashAnswer(answer) };
}

function asJson(value: unknown) {
  return z.record(z.string(), z.json()).parse(JSON.parse(storableJson(value)));
}
