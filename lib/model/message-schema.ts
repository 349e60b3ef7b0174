import { z } from 'zod';

const failure = z.object({ refused: z.boolean(), said: z.string() });

function step<T extends z.ZodType>(facts: T) {
  return z.discriminatedUnion('ok', [
    z.object({ ok: z.literal(true), facts }),
    z.object({ ok: z.literal(false), failure }),
  ]);
}

/** What `latchwatch message --json` prints. */
export const messageReportSchema = z.object({
  schema_version: z.literal(1),
  observation: z.object({
    domain: z.string(),
    vantage: z.string(),
    startedAt: z.number(),
    finishedAt: z.number(),
    submission: z.string(),
    mailbox: z.string(),
    sent: step(z.object({ messageId: z.string() })),
    found: step(z.object({ received: z.array(z.string()), afterMs: z.number() }).nullable()).nullable(),
    removed: z.boolean().nullable(),
  }),
  findings: z.array(
    z.object({
      code: z.string(),
      verdict: z.enum(['info', 'warn', 'fail', 'crit']),
      title: z.string(),
      expected: z.string(),
      got: z.string(),
      meaning: z.string(),
      fix: z.string(),
    }),
  ),
});

export type MessageReport = z.infer<typeof messageReportSchema>;
