import { z } from 'zod';
import { publishedConfiguration } from './configuration-schema.ts';
import { origins, services, tlsModes } from './endpoint.ts';
import { dnsLookup, seen, tlsaRecord } from './observation-schema.ts';
import type { DomainObservation } from './observation.ts';

/*
 * The shape of what discovery saw, for those who read it from outside: the JSON that `latchwatch discover --json`
 * prints, and rows in the database. `latchwatch discover --schema` makes docs/schema/discover.schema.json from here.
 */

const srvRecordSchema = z.object({
  priority: z.int(),
  weight: z.int(),
  port: z.int(),
  target: z.string().describe('"." means that the service is not offered.'),
});

const mxRecordSchema = z.object({
  preference: z.int(),
  exchange: z.string().describe('"." means that the domain takes no mail.'),
});

const endpointSchema = z.object({
  target: z.object({
    service: z.enum(services),
    tlsMode: z.enum(tlsModes),
    host: z.string(),
    port: z.int().min(1).max(65_535),
  }),
  origin: z
    .enum(origins)
    .describe(
      'guess: a well-known name, tried because SRV is missing. autoconfig: named by a configuration document only.',
    ),
  priority: z.int().nullable().describe('SRV priority or MX preference.'),
  weight: z.int().nullable(),
});

/** A `DomainObservation` as it comes back from JSON. */
export const domainObservationSchema = z.object({
  domain: z.string(),
  vantage: z.string().describe('The place that was looked from.'),
  startedAt: z.number().describe('Milliseconds since 1970-01-01T00:00:00Z.'),
  finishedAt: z.number().describe('Milliseconds since 1970-01-01T00:00:00Z.'),
  srv: z.array(z.object({ owner: z.string(), label: z.string(), lookup: seen(dnsLookup(srvRecordSchema)) })),
  mx: seen(dnsLookup(mxRecordSchema)),
  mxTlsa: z
    .array(z.object({ owner: z.string(), host: z.string(), lookup: seen(dnsLookup(tlsaRecord)) }))
    .describe('TLSA records of the hosts that MX records name, port 25.'),
  hosts: z.array(z.object({ host: z.string(), addresses: seen(z.array(z.string())) })),
  endpoints: z.array(endpointSchema),
  configuration: publishedConfiguration.exactOptional(),
}) satisfies z.ZodType<DomainObservation>;

/** What `latchwatch discover --json` prints. `schema_version` grows when a reader would have to change. */
export const discoverReportSchema = domainObservationSchema
  // The command asks DNS only.
  .omit({ configuration: true })
  .extend({ schema_version: z.literal(1) })
  .meta({
    title: 'latchwatch discover --json',
    description: 'All that DNS said about the mail services of one domain.',
  });
