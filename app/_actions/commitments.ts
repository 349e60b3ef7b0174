'use server';

import { revalidatePath } from 'next/cache';
import { z } from 'zod';
import type { ActionState } from '#components/ui/action-state.ts';
import { noteDecision } from '#prisma/commands/commitments.ts';
import { database } from '#app/_queries/database.ts';
import { requireScope } from './guard.ts';

const optionalText = (max: number, tooLong: string) =>
  z
    .string()
    .trim()
    .max(max, tooLong)
    .refine((text) => !text.includes('\u0000'), 'This text has characters that cannot be kept.')
    .transform((text) => (text === '' ? null : text));

const decision = z.object({
  host: z.string().min(1).max(253),
  tag: z.string().min(1).max(64),
  decidedBy: optionalText(200, 'Say in fewer words who decided.'),
  note: optionalText(2000, 'Write a shorter note.'),
});

export async function noteDecisionAction(_state: ActionState, form: FormData): Promise<ActionState> {
  const person = await requireScope('inventory:write');
  if (!person.ok) return { ok: false, message: person.error };
  const parsed = decision.safeParse({
    host: form.get('host'),
    tag: form.get('tag'),
    decidedBy: form.get('decidedBy'),
    note: form.get('note'),
  });
  if (!parsed.success) return { ok: false, message: parsed.error.issues[0]?.message ?? 'Something is missing.' };
  const known = await noteDecision(database(), { ...parsed.data, actor: person.value.email, now: new Date() });
  revalidatePath('/commitments');
  return known
    ? { ok: true, message: 'Written down.' }
    : { ok: false, message: 'This host never advertised this tag.' };
}
