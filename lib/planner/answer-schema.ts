import { createHash } from 'node:crypto';
import { z } from 'zod';
import { lastSeenDays } from '../census/last-seen.ts';
import { canonicalJson } from '../model/span.ts';
import type { PlanAnswer } from './answer.ts';
import { impacts } from './judged.ts';
import { plannedChange } from './read-change.ts';

const impact = z.enum(impacts);
const count = z.number();

/** The shape of a stored answer. */
export const planAnswer: z.ZodType<PlanAnswer> = z.object({
  change: plannedChange,
  verdict: impact,
  sentence: z.string(),
  answeredAt: z.number(),
  hosts: z.array(z.string()),
  totals: z.object({ breaks: count, 'at-risk': count, unknown: count, safe: count, presumed: count }),
  groups: z.array(
    z.object({
      impact,
      presumed: z.boolean(),
      tag: z.string().nullable(),
      client: z.object({ name: z.string(), version: z.string() }).nullable(),
      lastSeen: z.literal(lastSeenDays).nullable(),
      why: z.string(),
      holders: count,
    }),
  ),
  coverage: z.object({
    ...{ logins: count, named: count, spokeOfLatches: count, pop: count, days: count, ambiguous: count },
  }),
  forecast: z
    .object({
      points: z.array(z.object({ at: z.number(), expected: z.number(), low: z.number(), high: z.number() })),
      nearlyNoneAt: z.number().nullable(),
      dormant: count,
    })
    .nullable(),
  steps: z.array(z.object({ text: z.string(), notBefore: z.number().nullable(), waitFor: z.string().nullable() })),
  preconditions: z.array(
    z.object({
      id: z.string(),
      text: z.string(),
      state: z.enum(['met', 'not-met', 'unknown']),
      blocks: z.boolean(),
      detail: z.string(),
    }),
  ),
  warnings: z.array(z.string()),
  oldestLookAt: z.number().nullable(),
});

/** SHA-256 of the answer as canonical JSON, lower-case hex: what is approved is this answer and no other. */
export function hashAnswer(answer: PlanAnswer): string {
  return createHash('sha256').update(canonicalJson(answer)).digest('hex');
}
