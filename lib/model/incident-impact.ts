import { z } from 'zod';

/**
 * Whom a fault hits, as far as the census knows: accounts whose clients refuse to connect while it lasts. `unknownShare`
 * is the part of the logins (0 to 1) whose clients tell nothing; null: no login was seen.
 */
export const incidentImpact = z.object({
  /** The tags that are broken. */
  tags: z.array(z.string()).readonly(),
  /** Accounts that reported the latch. */
  breaks: z.number(),
  /** Accounts that presumably hold it and said nothing. */
  atRisk: z.number(),
  unknownShare: z.number().nullable(),
  /** Milliseconds since the epoch. */
  countedAt: z.number(),
});
export type IncidentImpact = Readonly<z.infer<typeof incidentImpact>>;
