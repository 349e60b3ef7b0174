import { z } from 'zod';
import { origins, services, tlsModes } from './endpoint.ts';
import type { DomainObservation } from './observation.ts';

/*
 * The shape of what discovery saw, for those who read it from outside: the JSON that `latchwatch discover --json`
 * prints, and rows in the database. docs/schema/discover.schema.json is made from here.
 */

const failureSchema = z.object({
  stage: z.enum(['resolve', 'connect', 'greeting', 'capability', 'starttls', 'handshake']),
  reason: z
    .enum([
      'refused',
      'reset',
      'closed',
      'timeout',
      'unreachable',
      'temporary',
      'rejected',
      'not-advertised',
      'protocol',
      'tls',
      'limit',
      'blocked',
      'busy',
      'nxdomain',
      'no-address',
      'dns',
    ])
    .describe(
      'Why it was not seen. nxdomain: no such name. temporary, timeout, dns, protocol, limit: no usable answer.',
    ),
  said: z.string().exactOptional().describe('What the other side said. From a stranger: escape it before you show it.'),
});

function seen<T extends z.ZodType>(facts: T) {
  return z.discriminatedUnion('ok', [
    z.object({ ok: z.literal(true), facts }),
    z.object({ ok: z.literal(false), failure: failureSchema }),
  ]);
}

const dnssecSchema = z.discriminatedUnion('state', [
  z.object({ state: z.literal('secure') }),
  z.object({ state: z.literal('insecure'), provenAt: z.string() }),
  z.object({ state: z.literal('bogus'), at: z.string(), why: z.string() }),
  z.object({ state: z.literal('indeterminate'), why: z.string() }),
]);

function lookup<T extends z.ZodType>(record: T) {
  return z.object({
    name: z.string(),
    type: z.string(),
    rcode: z
      .string()
      .describe('NOERROR without records: the name has no such record. NXDOMAIN: there is no such name.'),
    records: z.array(record),
    ttlSeconds: z.int().nonnegative().nullable(),
    aliases: z.array(z.string()).describe('CNAME targets followed, in order.'),
    ad: z.boolean().describe('What the resolver claims about DNSSEC. Evidence, no verdict.'),
    signaturesPresent: z.boolean(),
    dnssec: dnssecSchema,
    server: z.string().describe('address:port of the name server that answered.'),
    wire: z.string().describe('The whole response message, base64.'),
    unreadable: z.array(z.string()).exactOptional(),
  });
}

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
  origin: z.enum(origins).describe('guess: a well-known name, tried because SRV is missing.'),
  priority: z.int().nullable().describe('SRV priority or MX preference.'),
  weight: z.int().nullable(),
});

/** A `DomainObservation` as it comes back from JSON. */
export const domainObservationSchema = z.object({
  domain: z.string(),
  vantage: z.string().describe('The place that was looked from.'),
  startedAt: z.number().describe('Milliseconds since 1970-01-01T00:00:00Z.'),
  finishedAt: z.number().describe('Milliseconds since 1970-01-01T00:00:00Z.'),
  srv: z.array(z.object({ owner: z.string(), label: z.string(), lookup: seen(lookup(srvRecordSchema)) })),
  mx: seen(lookup(mxRecordSchema)),
  hosts: z.array(z.object({ host: z.string(), addresses: seen(z.array(z.string())) })),
  endpoints: z.array(endpointSchema),
}) satisfies z.ZodType<DomainObservation>;

/** What `latchwatch discover --json` prints. `schema_version` grows when a reader would have to change. */
export const discoverReportSchema = domainObservationSchema.extend({ schema_version: z.literal(1) }).meta({
  title: 'latchwatch discover --json',
  description: 'All that DNS said about the mail services of one domain.',
});
export type DiscoverReport = z.infer<typeof discoverReportSchema>;
