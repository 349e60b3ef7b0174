'use server';

import { z } from 'zod';
import type { ActionState } from '#components/ui/action-state.ts';
import { confirmProof } from '#prisma/commands/route-proofs.ts';
import { database } from '#app/_queries/database.ts';
import { checkOrigin } from './guard.ts';

/** Says that the test with this link arrived. Nobody needs to be signed in: who has the link got the test. */
export async function confirmProofAction(_state: ActionState, form: FormData): Promise<ActionState> {
  const origin = await checkOrigin();
  if (!origin.ok) return { ok: false, message: origin.error };
  const token = z.string().max(100).catch('').parse(form.get('token'));
  const confirmed = await confirmProof(database(), token, new Date());
  return confirmed
    ? { ok: true, message: 'Thank you: alerts arrive here.' }
    : { ok: false, message: 'This link is too old, or it was changed on its way. A newer test has a newer link.' };
}
