import { z } from 'zod';
import type { ProbeFinding } from './probe-schema.ts';
import { endpointSchema, probeFindingSchema } from './probe-schema.ts';
import type { ScanObservation } from './scan-observation.ts';
import { addressScan, statusUrl } from './scan-observation-schema.ts';

/*
 * The shape of what a deep scan saw and what it means, for those who read it from outside: the JSON that
 * `latchwatch scan --json` prints. docs/schema/scan.schema.json is made from here.
 */

const instant = z.number().describe('Milliseconds since 1970-01-01T00:00:00Z.');

/** What `latchwatch scan --json` prints. */
export interface ScanReport {
  /** Grows when a reader would have to change. */
  readonly schema_version: 1;
  readonly observation: ScanObservation;
  readonly findings: readonly ProbeFinding[];
}

export const scanReportSchema = z
  .object({
    schema_version: z.literal(1),
    observation: z.object({
      endpoint: endpointSchema,
      vantage: z.string().describe('The place that was looked from.'),
      startedAt: instant,
      finishedAt: instant,
      addresses: z
        .array(addressScan)
        .describe(
          'One per address. Text in them comes from a stranger: escape it before you show it. Certificates are base64 DER.',
        ),
      statusUrls: z.array(statusUrl).describe('The https URLs in the DEEP statuses of the endpoint, fetched.'),
    }),
    findings: z
      .array(probeFindingSchema)
      .describe('Judgements that say something, worst first: info, warn, fail and crit.'),
  })
  .meta({
    title: 'latchwatch scan --json',
    description: 'All that one deep scan saw of one endpoint, and what it means.',
  }) satisfies z.ZodType<ScanReport>;
