import { z } from 'zod';
import { dnssecReasons } from './dnssec.ts';

/*
 * The shapes of lib/model/observation.ts for what comes back from storage as JSON. Only the parts that a stored run
 * consists of; their types are checked against observation.ts where they are put together.
 */

export const failure = z.object({
  stage: z.enum([
    'resolve',
    'connect',
    'greeting',
    'capability',
    'identity',
    'starttls',
    'handshake',
    'request',
    'redirect',
  ]),
  reason: z.enum([
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
  ]),
  said: z.exactOptional(z.string()),
});

export function seen<T extends z.ZodType>(facts: T) {
  return z.discriminatedUnion('ok', [
    z.object({ ok: z.literal(true), facts }),
    z.object({ ok: z.literal(false), failure }),
  ]);
}

const reason = z.enum(dnssecReasons);

export const dnssec = z.discriminatedUnion('state', [
  z.object({ state: z.literal('secure'), expiresAt: z.number().nullable() }),
  z.object({ state: z.literal('insecure'), provenAt: z.string(), reason }),
  z.object({ state: z.literal('bogus'), at: z.string(), why: z.string(), reason }),
  z.object({ state: z.literal('indeterminate'), why: z.string(), reason }),
]);

export function dnsLookup<T extends z.ZodType>(record: T) {
  return z.object({
    name: z.string(),
    type: z.string(),
    rcode: z.string(),
    records: z.array(record),
    ttlSeconds: z.number().nullable(),
    aliases: z.array(z.string()),
    ad: z.boolean(),
    signaturesPresent: z.boolean(),
    dnssec,
    zone: z.exactOptional(z.string()),
    server: z.string(),
    wire: z.string(),
    unreadable: z.exactOptional(z.array(z.string())),
  });
}

export const tlsaRecord = z.object({
  usage: z.number(),
  selector: z.number(),
  matchingType: z.number(),
  data: z.string(),
});

const pkix = z.discriminatedUnion('trusted', [
  z.object({ trusted: z.literal(true), path: z.array(z.string()), store: z.string() }),
  z.object({ trusted: z.literal(false), error: z.string(), store: z.string() }),
]);

export const tlsFacts = z.object({
  version: z.string(),
  cipher: z.string(),
  serverName: z.string(),
  chain: z.array(z.string()),
  pkix,
});

export const session = z.object({
  address: z.string(),
  startedAt: z.number(),
  greeting: z.string().nullable(),
  capabilitiesBeforeTls: z.array(z.string()).nullable(),
  capabilitiesAfterTls: z.array(z.string()).nullable(),
  identityBeforeTls: z
    .array(z.tuple([z.string(), z.string().nullable()]))
    .nullable()
    .exactOptional(),
  identityAfterTls: z
    .array(z.tuple([z.string(), z.string().nullable()]))
    .nullable()
    .exactOptional(),
  starttls: z.enum(['not-applicable', 'not-reached', 'not-advertised', 'refused', 'accepted']),
  tls: tlsFacts.nullable(),
  otherHandshake: z.object({ offered: z.enum(['rsa', 'ec']), tls: seen(tlsFacts) }).exactOptional(),
  goodbyeAnswered: z.boolean().nullable(),
  timings: z.object({
    connectMs: z.number().nullable(),
    greetingMs: z.number().nullable(),
    handshakeMs: z.number().nullable(),
    totalMs: z.number(),
  }),
  transcript: z.array(z.object({ from: z.enum(['client', 'server']), text: z.string(), atMs: z.number() })),
  failure: failure.nullable(),
});
