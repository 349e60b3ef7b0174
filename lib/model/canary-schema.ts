import { z } from 'zod';
import { selfVerdicts } from './self-observation.ts';

const instant = z.number().nullable();

/** Name of the row in `vital_sign` that keeps what the canaries of a vantage said last. */
export const canarySign = 'canary';

/** What that row holds. Instants are milliseconds since the epoch. */
export const keptCanary = z.object({
  verdict: z.enum(selfVerdicts),
  since: z.number(),
  resolverAnsweredAt: instant,
  networkAnsweredAt: instant,
});
