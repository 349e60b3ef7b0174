import { z } from 'zod';
import { services, tlsModes } from './endpoint.ts';
import type { Params, Verdict } from './finding.ts';
import type { EndpointObservation } from './observation.ts';
import { dnsLookup, failure, seen, session, tlsaRecord } from './observation-schema.ts';

/*
 * The shape of what a probe saw and what it means, for those who read it from outside: the JSON that
 * `latchwatch probe --json` prints. docs/schema/probe.schema.json is made from here.
 */

const instant = z.number().describe('Milliseconds since 1970-01-01T00:00:00Z.');

export const endpointSchema = z.object({
  service: z.enum(services),
  tlsMode: z.enum(tlsModes),
  host: z.string(),
  port: z.int().min(1).max(65_535),
});

/** An `EndpointObservation` as it comes back from JSON. */
const endpointObservationSchema = z.object({
  endpoint: endpointSchema,
  vantage: z.string().describe('The place that was looked from.'),
  startedAt: instant,
  finishedAt: instant,
  addresses: seen(
    z.object({
      list: z.array(z.string()),
      lookups: z.array(dnsLookup(z.string())),
      missing: z.object({ type: z.enum(['A', 'AAAA']), failure }).exactOptional(),
    }),
  ),
  sessions: z
    .array(session)
    .describe(
      'One per address. Text in them comes from a stranger: escape it before you show it. Certificates are base64 DER.',
    ),
  tlsa: z
    .object({
      owner: z.string(),
      lookup: seen(dnsLookup(tlsaRecord)),
      resolverPassesSignatures: z.boolean().nullable(),
    })
    .nullable(),
}) satisfies z.ZodType<EndpointObservation>;

export const probeFindingSchema = z.object({
  code: z.string().describe('Permanent. New versions may add codes.'),
  verdict: z.enum(['info', 'warn', 'fail', 'crit']).describe('crit is the worst.'),
  address: z.string().nullable().describe('Null: it is about the endpoint as a whole.'),
  confirmations: z
    .int()
    .nullable()
    .describe('How many more runs must see it before the worker would open an incident.'),
  params: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null(), z.array(z.string())])),
  title: z.string(),
  expected: z.string(),
  got: z.string(),
  meaning: z.string(),
  fix: z.string(),
});

/** One judgement that says something, with its wording. */
export interface ProbeFinding {
  readonly code: string;
  readonly verdict: Extract<Verdict, 'info' | 'warn' | 'fail' | 'crit'>;
  readonly address: string | null;
  readonly confirmations: number | null;
  readonly params: Params;
  readonly title: string;
  readonly expected: string;
  readonly got: string;
  readonly meaning: string;
  readonly fix: string;
}

/** What `latchwatch probe --json` prints. */
export interface ProbeReport {
  /** Grows when a reader would have to change. */
  readonly schema_version: 1;
  readonly observation: EndpointObservation;
  readonly findings: readonly ProbeFinding[];
}

export const probeReportSchema = z
  .object({
    schema_version: z.literal(1),
    observation: endpointObservationSchema,
    findings: z
      .array(probeFindingSchema)
      .describe('Judgements that say something, worst first: info, warn, fail and crit.'),
  })
  .meta({
    title: 'latchwatch probe --json',
    description: 'All that one probe saw of one endpoint, and what it means.',
  }) satisfies z.ZodType<ProbeReport>;
