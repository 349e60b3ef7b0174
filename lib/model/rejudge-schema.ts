import { z } from 'zod';
import { verdicts } from './finding.ts';

/*
 * The JSON that `latchwatch rejudge --json` prints, for those who read it from outside. docs/schema/rejudge.schema.json
 * is made from here.
 */

const verdict = z.enum(verdicts).nullable();
const instant = z.number().describe('Milliseconds since 1970-01-01T00:00:00Z.');

export const rejudgeReportSchema = z
  .object({
    schema_version: z.literal(1),
    since: instant,
    judged: z
      .object({ subjects: z.int(), runs: z.int().describe('One for each time between two changes.') })
      .describe('How much was judged again.'),
    unreadable: z
      .array(z.object({ subject: z.string(), reason: z.string() }))
      .describe('What could not be judged, and why.'),
    differences: z
      .array(
        z.object({
          subject: z.string().describe('E.g. imap+implicit://mail.example.org:993, domain:example.org.'),
          code: z.string(),
          address: z.string().nullable().describe('Null: the subject as a whole.'),
          recorded: verdict.describe('Null: nothing was found then.'),
          today: verdict.describe('Null: today nothing would be found.'),
          from: instant,
          until: instant,
        }),
      )
      .describe('Where today’s checks say something else of what was seen then.'),
  })
  .meta({
    title: 'latchwatch rejudge --json',
    description: 'What today’s checks say of kept observations, where that differs from what was found then.',
  });

export type RejudgeReport = z.infer<typeof rejudgeReportSchema>;
