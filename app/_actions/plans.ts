'use server';

import { revalidatePath } from 'next/cache';
import { redirect } from 'next/navigation';
import { z } from 'zod';
import type { ActionState } from '#components/ui/action-state.ts';
import type { Result } from '#lib/model/result.ts';
import { plannedChange } from '#lib/planner/read-change.ts';
import { requestProbe } from '#prisma/commands/endpoints.ts';
import {
  approvePlan,
  carryOutPlan,
  findPlan,
  maxNoteCharacters,
  recheckPlan,
  savePlan,
  withdrawPlan,
} from '#prisma/commands/plans.ts';
import { listEndpointIds } from '#prisma/commands/plan-evidence.ts';
import { database } from '#app/_queries/database.ts';
import { answerChange } from '#app/_queries/plan-answer.ts';
import { mistakeSentences, readScenario } from '#app/_queries/plan-scenario.ts';
import { requireScope } from './guard.ts';

/** A plan that nobody gave another end holds for so long. */
const usualDays = 14;

const saving = z.object({
  change: z.string().max(100_000),
  note: z.string().trim().max(maxNoteCharacters, 'Write a shorter note.').default(''),
  days: z.coerce.number('Say for how many days.').default(usualDays),
  typedTag: z.string().max(100).nullable().default(null),
});

/** Keeps a scenario as a plan, answered anew. */
export async function savePlanAction(_state: ActionState, form: FormData): Promise<ActionState> {
  const person = await requireScope('inventory:write');
  if (!person.ok) return { ok: false, message: person.error };
  const parsed = saving.safeParse(Object.fromEntries(form));
  if (!parsed.success) return { ok: false, message: parsed.error.issues[0]?.message ?? 'Something is missing.' };
  const { change: json, ...rest } = parsed.data;
  const change = plannedChange.safeParse(JSON.parse(json));
  if (!change.success) return { ok: false, message: 'This change cannot be read any more: ask again.' };
  const now = new Date();
  const answer = await answerChange(change.data, now);
  const actor = person.value.email;
  const saved = await database().$transaction((tx) => savePlan(tx, { answer, ...rest, actor, now }));
  if (!saved.ok) return { ok: false, message: saved.error };
  redirect(`/plan/${saved.value.id}`);
}

/** Answers a change with a certificate, which is too long for an address, and keeps it as a plan. */
export async function planCertificateAction(_state: ActionState, form: FormData): Promise<ActionState> {
  const person = await requireScope('inventory:write');
  if (!person.ok) return { ok: false, message: person.error };
  const { change } = readScenario(Object.fromEntries(form));
  if (change === null) return { ok: false, message: 'Name a host.' };
  if (!change.ok) return { ok: false, message: mistakeSentences(change.error).join(' ') };
  const now = new Date();
  const answer = await answerChange(change.value, now);
  const actor = person.value.email;
  const plan = { answer, note: '', days: usualDays, typedTag: null, actor, now };
  const saved = await database().$transaction((tx) => savePlan(tx, plan));
  if (!saved.ok) return { ok: false, message: saved.error };
  redirect(`/plan/${saved.value.id}`);
}

/** Asks the planner again, and the workers for a new look at every server of the plan. */
export async function recheckPlanAction(_state: ActionState, form: FormData): Promise<ActionState> {
  const person = await requireScope('inventory:write');
  if (!person.ok) return { ok: false, message: person.error };
  const id = readId(form);
  const plan = await findPlan(database(), id);
  if (plan === null) return { ok: false, message: 'This plan does not exist.' };
  const now = new Date();
  const answer = await answerChange(plan.answer.change, now);
  const actor = person.value.email;
  const checked = await database().$transaction(async (tx) => {
    for (const endpointId of await listEndpointIds(tx, plan.answer.change)) await requestProbe(tx, { endpointId, now });
    return recheckPlan(tx, { id, actor, now, answer });
  });
  return afterwards(checked, id, 'Checked. The servers are looked at again within a minute.');
}

export async function approvePlanAction(_state: ActionState, form: FormData): Promise<ActionState> {
  const person = await requireScope('plans:approve');
  if (!person.ok) return { ok: false, message: person.error };
  const id = readId(form);
  const hash = z.string().max(100).catch('').parse(form.get('hash'));
  const actor = person.value.email;
  const approved = await database().$transaction((tx) => approvePlan(tx, { id, actor, now: new Date(), hash }));
  return afterwards(approved, id, 'Approved.');
}

export async function carryOutPlanAction(_state: ActionState, form: FormData): Promise<ActionState> {
  const person = await requireScope('inventory:write');
  if (!person.ok) return { ok: false, message: person.error };
  const id = readId(form);
  const actor = person.value.email;
  const done = await database().$transaction((tx) => carryOutPlan(tx, { id, actor, now: new Date() }));
  return afterwards(done, id, 'Noted. Failures that clients report are counted from now on.');
}

export async function withdrawPlanAction(_state: ActionState, form: FormData): Promise<ActionState> {
  const person = await requireScope('inventory:write');
  if (!person.ok) return { ok: false, message: person.error };
  const id = readId(form);
  const actor = person.value.email;
  const withdrawn = await database().$transaction((tx) => withdrawPlan(tx, { id, actor, now: new Date() }));
  return afterwards(withdrawn, id, 'Withdrawn.');
}

function readId(form: FormData): string {
  return z.string().max(100).catch('').parse(form.get('planId'));
}

function afterwards(result: Result<null>, id: string, message: string): ActionState {
  if (!result.ok) return { ok: false, message: result.error };
  revalidatePath(`/plan/${id}`);
  return { ok: true, message };
}
