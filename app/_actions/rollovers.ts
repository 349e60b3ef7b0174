'use server';

import { revalidatePath } from 'next/cache';
import { redirect } from 'next/navigation';
import { z } from 'zod';
import { readNextKey, recordForms } from '#lib/dane/next-key.ts';
import type { ActionState } from '#components/ui/action-state.ts';
import { closeRollover, findRollover, requestLooks, startRollover } from '#prisma/commands/rollovers.ts';
import { database } from '#app/_queries/database.ts';
import { requireScope } from './guard.ts';

const wanted = z.object({
  endpointId: z.string('Choose an endpoint.').max(100),
  pem: z.string().max(200_000),
  form: z.enum(recordForms),
});

export async function startRolloverAction(_state: ActionState, form: FormData): Promise<ActionState> {
  const person = await requireScope('inventory:write');
  if (!person.ok) return { ok: false, message: person.error };
  const parsed = wanted.safeParse(Object.fromEntries(form));
  if (!parsed.success) return { ok: false, message: parsed.error.issues[0]?.message ?? 'Something is missing.' };
  const { endpointId, pem, form: record } = parsed.data;
  const key = readNextKey(pem);
  if (!key.ok) return { ok: false, message: key.error };
  const asked = { endpointId, key: key.value, form: record, actor: person.value.email, now: new Date() };
  const started = await database().$transaction((tx) => startRollover(tx, asked));
  if (!started.ok) return { ok: false, message: started.error };
  redirect(`/rollovers/${started.value.id}`);
}

export async function lookAtRolloverAction(_state: ActionState, form: FormData): Promise<ActionState> {
  const person = await requireScope('inventory:write');
  if (!person.ok) return { ok: false, message: person.error };
  const rollover = await findRollover(database(), z.string().max(100).parse(form.get('rolloverId')));
  if (rollover === null) return { ok: false, message: 'This rollover does not exist.' };
  const { endpointId, zoneId } = rollover;
  await database().$transaction((tx) => requestLooks(tx, { endpointId, zoneId, now: new Date() }));
  revalidatePath('/rollovers', 'layout');
  return { ok: true, message: 'Asked for. This page shows what comes of it within a minute.' };
}

export async function closeRolloverAction(_state: ActionState, form: FormData): Promise<ActionState> {
  const person = await requireScope('inventory:write');
  if (!person.ok) return { ok: false, message: person.error };
  const id = z.string().max(100).parse(form.get('rolloverId'));
  if (!(await closeRollover(database(), { id, actor: person.value.email, now: new Date() }))) {
    return { ok: false, message: 'This rollover is closed already.' };
  }
  redirect('/rollovers');
}
