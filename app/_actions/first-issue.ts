import type { z } from 'zod';
import type { ActionState } from '#components/ui/action-state.ts';

/** The first thing that is wrong with a form, as its answer. */
export function firstIssue(error: z.ZodError): ActionState {
  return { ok: false, message: error.issues[0]?.message ?? 'Something is missing.' };
}
