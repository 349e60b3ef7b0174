'use server';

import { revalidatePath } from 'next/cache';
import { z } from 'zod';
import type { ActionState } from '#components/ui/action-state.ts';
import { acknowledgeIncident } from '#prisma/commands/incidents.ts';
import { assignIncident, silenceIncident } from '#prisma/commands/tickets.ts';
import { database } from '#app/_queries/database.ts';
import { firstIssue } from './first-issue.ts';
import { requireScope } from './guard.ts';

const gone: ActionState = { ok: false, message: 'This incident does not exist any more.' };
const incidentId = z.string().max(100);

const assignment = z.object({ incidentId, owner: z.string().max(320) });

/** Gives an incident to a person; the empty choice is nobody. */
export async function assignIncidentAction(_state: ActionState, form: FormData): Promise<ActionState> {
  const person = await requireScope('incidents:ack');
  if (!person.ok) return { ok: false, message: person.error };
  const parsed = assignment.safeParse(Object.fromEntries(form));
  if (!parsed.success) return firstIssue(parsed.error);
  const owner = parsed.data.owner === '' ? null : parsed.data.owner;
  const write = { incidentId: parsed.data.incidentId, expectedVersion: null, owner };
  const asked = { ...write, actor: person.value.email, now: new Date() };
  const written = await database().$transaction((tx) => assignIncident(tx, asked));
  if (!written.ok) return { ok: false, message: written.error };
  if (written.value.outcome === 'not-found') return gone;
  revalidatePath('/', 'layout');
  return { ok: true, message: owner === null ? 'It is nobody’s now.' : `It is with ${owner} now.` };
}

/** Half a year: what a person may ask for. How long a silence may be is the command's to say. */
const longestMinutes = 262_800;

const silence = z.object({
  incidentId,
  reason: z.string().max(5000),
  minutes: z.coerce.number().int().min(1).max(longestMinutes).catch(Number.NaN),
});

/** Tells nobody of one incident for some time. */
export async function silenceIncidentAction(_state: ActionState, form: FormData): Promise<ActionState> {
  const person = await requireScope('incidents:silence');
  if (!person.ok) return { ok: false, message: person.error };
  const parsed = silence.safeParse(Object.fromEntries(form));
  if (!parsed.success) return firstIssue(parsed.error);
  const { minutes, reason } = parsed.data;
  if (Number.isNaN(minutes)) return { ok: false, message: 'Say for how long.' };
  const now = new Date();
  const endsAt = new Date(now.getTime() + minutes * 60_000);
  const write = { incidentId: parsed.data.incidentId, expectedVersion: null, actor: person.value.email, now };
  const written = await database().$transaction((tx) => silenceIncident(tx, { ...write, reason, endsAt }));
  if (!written.ok) return { ok: false, message: written.error };
  if (written.value.outcome === 'not-found') return gone;
  revalidatePath('/', 'layout');
  return { ok: true, message: 'Nobody is told of it until then. What is still broken afterwards is told.' };
}

/** As many as a page of the list has. */
const maxSelected = 100;

const selection = z.array(incidentId).max(maxSelected);

/** Takes the incidents that were ticked in a list. */
export async function acknowledgeSelectedAction(_state: ActionState, form: FormData): Promise<ActionState> {
  const person = await requireScope('incidents:ack');
  if (!person.ok) return { ok: false, message: person.error };
  const parsed = selection.safeParse(form.getAll('incidentId'));
  if (!parsed.success) return { ok: false, message: `Tick at most ${String(maxSelected)} incidents.` };
  // Sorted: two people who take the same ones at once never wait for each other.
  const ids = [...new Set(parsed.data)].toSorted();
  if (ids.length === 0) return { ok: false, message: 'Tick the incidents first.' };
  const now = new Date();
  const taken = await database().$transaction(async (tx) => {
    let count = 0;
    for (const id of ids) {
      const answer = await acknowledgeIncident(tx, { incidentId: id, actor: person.value.email, now });
      if (answer.outcome === 'acknowledged') count += 1;
    }
    return count;
  });
  revalidatePath('/', 'layout');
  if (taken === 0) return { ok: false, message: 'None of these waits for somebody any more.' };
  const rest = ids.length - taken;
  const others = rest === 0 ? '' : ` ${String(rest)} did not wait for anybody any more.`;
  return { ok: true, message: `${String(taken)} ${taken === 1 ? 'is' : 'are'} yours.${others}` };
}
