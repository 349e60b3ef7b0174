import { z } from 'zod';
import { setupGroups, setupStates, type SetupStep } from './setup-step.ts';

/** A step as it is stored. */
export const setupStepSchema: z.ZodType<SetupStep> = z.object({
  key: z.string(),
  group: z.enum(setupGroups),
  subject: z.string(),
  state: z.enum(setupStates),
  text: z.string(),
  guess: z.boolean(),
  tookMs: z.number().nullable(),
});
