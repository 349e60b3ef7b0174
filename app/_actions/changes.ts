'use server';

import { revalidatePath } from 'next/cache';
import { z } from 'zod';
import type { ActionState } from '#components/ui/action-state.ts';
import { decideChange } from '#prisma/commands/baseline.ts';
import { database } from '#app/_queries/database.ts';
import { requireScope } from './guard.ts';

const word = z.object({
  endpointId: z.string().max(100),
  decision: z.enum(['approved', 'rejected']),
  mark: z.string().max(100),
  note: z.string().max(500, 'Say it in at most 500 characters.'),
});

/** What a person says of a change of an endpoint that nobody could expect. */
export async function decideChangeAction(_state: ActionState, form: FormData): Promise<ActionState> {
  const person = await requireScope('inventory:write');
  if (!person.ok) return { ok: false, message: person.error };
  const said = word.safeParse(Object.fromEntries(form));
  if (!said.success) return { ok: false, message: said.error.issues[0]?.message ?? 'This form is not complete.' };
  const { data } = said;
  const answer = await database().$transaction((tx) =>
    decideChange(tx, { ...data, actor: person.value.email, now: new Date() }),
  );
  revalidatePath('/', 'layout');
  if (answer.outcome === 'changed-meanwhile') {
    return { ok: false, message: 'The endpoint shows something else by now. Look again before you decide.' };
  }
  return {
    ok: true,
    message: data.decision === 'approved' ? 'Approved; a worker looks now.' : 'Rejected; a worker looks now.',
  };
}
