import { z } from 'zod';
import { preflightVerdicts, type PreflightAnswer } from '../planner/preflight.ts';

/*
 * The answer of a preflight as JSON, for those who read it from outside: the command line, the API and what is kept as
 * evidence have the same. docs/schema/preflight.schema.json is made from here.
 */

export interface PreflightReport {
  /** Grows when a reader would have to change. */
  readonly schema_version: 1;
  readonly verdict: PreflightAnswer['verdict'];
  readonly breaks: number | null;
  readonly at_risk: number | null;
  readonly unknown_share: number | null;
  readonly reasons: PreflightAnswer['reasons'];
  /** RFC 3339, UTC. */
  readonly earliest_safe: string | null;
  readonly expires_at: string;
}

const verdict = z.enum(preflightVerdicts);

export const preflightReportSchema = z
  .object({
    schema_version: z.literal(1),
    verdict: verdict.describe('pass: go ahead. block: do not. unknown: it depends on clients that cannot report.'),
    breaks: z.number().nullable().describe('Clients known to be locked out; null: nobody counted.'),
    at_risk: z.number().nullable().describe('Clients that may be locked out; null: nobody counted.'),
    unknown_share: z
      .number()
      .nullable()
      .describe('Share of logins, 0 to 1, whose clients cannot report; null: nobody counted.'),
    reasons: z
      .array(
        z.object({
          verdict,
          code: z.string().describe('Stable. New versions may add values.'),
          text: z.string(),
          fix: z.string().nullable(),
        }),
      )
      .describe('Worst first.'),
    earliest_safe: z
      .string()
      .nullable()
      .describe('When what blocks will have passed by waiting alone, RFC 3339; null: waiting does not help.'),
    expires_at: z.string().describe('Until when the answer may be relied on, RFC 3339.'),
  })
  .meta({
    title: 'latchwatch preflight --json',
    description: 'Whether a change may go ahead. Texts may quote strangers: escape before you show them.',
  }) satisfies z.ZodType<PreflightReport>;

/** The report of an answer. */
export function preflightReport(answer: PreflightAnswer): PreflightReport {
  const { verdict: worst, breaks, atRisk, unknownShare, reasons, earliestSafe, expiresAt } = answer;
  return {
    schema_version: 1,
    verdict: worst,
    breaks,
    at_risk: atRisk,
    unknown_share: unknownShare,
    reasons,
    earliest_safe: earliestSafe === null ? null : new Date(earliestSafe).toISOString(),
    expires_at: new Date(expiresAt).toISOString(),
  };
}
