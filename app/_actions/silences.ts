'use server';

import { revalidatePath } from 'next/cache';
import { redirect } from 'next/navigation';
import { z } from 'zod';
import type { ActionState } from '#components/ui/action-state.ts';
import { findFinding } from '#lib/checks/registry.ts';
import { createSilence, endSilence } from '#prisma/commands/silences.ts';
import { database } from '#app/_queries/database.ts';
import { requireScope } from './guard.ts';

const text = z.string().max(1000).catch('');

const form = z.object({
  code: text,
  host: text,
  incidentId: text,
  reason: z.string().max(5000),
  maintenance: z.enum(['yes', 'no']).catch('no'),
  /** UTC, as `2026-11-26T09:00`; empty: now. */
  from: text,
  until: text,
});

function readInstant(given: string): Date {
  return new Date(/^\d{4}-\d\d-\d\dT\d\d:\d\d$/.test(given) ? `${given}:00Z` : Number.NaN);
}

export async function createSilenceAction(_state: ActionState, data: FormData): Promise<ActionState> {
  const person = await requireScope('incidents:silence');
  if (!person.ok) return { ok: false, message: person.error };
  const parsed = form.safeParse(Object.fromEntries(data));
  if (!parsed.success) return { ok: false, message: 'Something is missing.' };
  const { code, host, incidentId, reason, maintenance, from, until } = parsed.data;
  if (code !== '' && findFinding(code) === undefined) return { ok: false, message: 'There is no such finding.' };
  const now = new Date();
  const wish = {
    code: code === '' ? null : code,
    host: host === '' ? null : host,
    incidentId: incidentId === '' ? null : incidentId,
    reason,
    maintenance: maintenance === 'yes',
    startsAt: from === '' ? now : readInstant(from),
    endsAt: readInstant(until),
    actor: person.value.email,
    now,
  };
  const made = await database().$transaction((tx) => createSilence(tx, wish));
  if (!made.ok) return { ok: false, message: made.error };
  redirect('/silences');
}

export async function endSilenceAction(_state: ActionState, data: FormData): Promise<ActionState> {
  const person = await requireScope('incidents:silence');
  if (!person.ok) return { ok: false, message: person.error };
  const request = { id: text.parse(data.get('silenceId')), actor: person.value.email, now: new Date() };
  if (!(await database().$transaction((tx) => endSilence(tx, request)))) {
    return { ok: false, message: 'This silence is over already.' };
  }
  // The pages of all incidents that it was for say so.
  revalidatePath('/', 'layout');
  return { ok: true, message: 'Ended. What is still broken is told within half a minute.' };
}
