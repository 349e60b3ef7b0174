'use server';

import { revalidatePath } from 'next/cache';
import { z } from 'zod';
import type { ActionState } from '#components/ui/action-state.ts';
import { commentIncident, maxCommentCharacters } from '#prisma/commands/tickets.ts';
import { database } from '#app/_queries/database.ts';
import { requireScope } from './guard.ts';

const comment = z.object({
  incidentId: z.string().max(100),
  text: z
    .string()
    .trim()
    .min(1, 'Write something first.')
    .max(maxCommentCharacters, `Write at most ${String(maxCommentCharacters)} characters.`),
});

export async function commentAction(_state: ActionState, form: FormData): Promise<ActionState> {
  const person = await requireScope('incidents:ack');
  if (!person.ok) return { ok: false, message: person.error };
  const parsed = comment.safeParse(Object.fromEntries(form));
  if (!parsed.success) return { ok: false, message: parsed.error.issues[0]?.message ?? 'Something is missing.' };
  const write = { ...parsed.data, actor: person.value.email, now: new Date(), expectedVersion: null };
  const written = await database().$transaction((tx) => commentIncident(tx, write));
  if (written.outcome !== 'done') return { ok: false, message: 'This incident does not exist any more.' };
  revalidatePath('/incidents/[id]', 'page');
  return { ok: true, message: 'Noted.' };
}
