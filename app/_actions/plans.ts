'use server';

import { revalidatePath } from 'next/cache';
import { redirect } from 'next/navigation';
import { z } from 'zod';
import type { ActionState } from '#components/ui/action-state.ts';
import { ok, type Result } from '#lib/model/result.ts';
import { planState } from '#lib/planner/plan-state.ts';
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
import { createSilence } from '#prisma/commands/silences.ts';
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

const silenceHours = z.coerce.number().int().min(1).max(72);
/** A plan of more hosts gets its silence by a name with `*.` before it. */
const maxSilencedHosts = 20;

/** Lets nobody be called for the hosts of an approved plan while it is carried out: from now, for some hours. */
export async function silencePlanAction(_state: ActionState, form: FormData): Promise<ActionState> {
  const person = await requireScope('incidents:silence');
  if (!person.ok) return { ok: false, message: person.error };
  const plan = await findPlan(database(), readId(form));
  if (plan === null) return { ok: false, message: 'This plan does not exist.' };
  const now = new Date();
  if (planState(plan, now.getTime()) !== 'approved') return { ok: false, message: 'Only for a plan that is approved.' };
  const hours = silenceHours.safeParse(form.get('hours'));
  if (!hours.success) return { ok: false, message: 'Say for how many hours, 1 to 72.' };
  const { hosts, change } = plan.answer;
  if (hosts.length > maxSilencedHosts) {
    return {
      ok: false,
      message: `These are ${String(hosts.length)} hosts: silence them by a common name with *. before it.`,
    };
  }
  const wish = {
    ...{ code: null, incidentId: null, maintenance: true, startsAt: now, now, actor: person.value.email },
    endsAt: new Date(now.getTime() + hours.data * 3_600_000),
    reason: `Plan ${plan.id}: ${change.op.replaceAll('_', ' ')}`,
  };
  const made = await database().$transaction(async (tx) => {
    for (const host of hosts) {
      const silence = await createSilence(tx, { ...wish, host });
      if (!silence.ok) return silence;
    }
    return ok(null);
  });
  if (!made.ok) return { ok: false, message: made.error };
  revalidatePath('/silences');
  return {
    ok: true,
    message: `Nobody is called for ${hosts.join(', ')} for ${String(hours.data)} h. It ends by itself; end it sooner under Silences.`,
  };
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
