import { z } from 'zod';

const endOfYear9999 = Date.UTC(10_000, 0);

export const limitParameter = z.coerce
  .number('must be a number from 1 to 200')
  .int('must be a whole number')
  .min(1)
  .max(200)
  .default(100)
  .describe('Items of one answer.');

/** Parameters that every list takes. */
export const listQuery = {
  limit: limitParameter,
  cursor: z.string().max(1000).optional().describe('`next_cursor` of the answer before.'),
};

/** Parameters of a list that takes no others. */
export const plainListQuery = z.object(listQuery);

/** An instant of RFC 3339 in the years 1970 to 9999 by UTC, which the database can hold. */
export const instant = z.iso
  .datetime({ offset: true, error: 'must be a time such as 2026-11-24T04:00:00Z' })
  .refine((text) => Date.parse(text) >= 0 && Date.parse(text) < endOfYear9999, 'must be between 1970 and 9999');
