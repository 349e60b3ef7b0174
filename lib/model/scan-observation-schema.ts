import { z } from 'zod';
import { failure, tlsFacts } from './observation-schema.ts';
import type { AddressScan, StatusUrl } from './scan-observation.ts';

/* The shapes of lib/model/scan-observation.ts for what comes back as JSON. */

const offer = <T extends z.ZodType>(facts: T) =>
  z.discriminatedUnion('outcome', [
    z.object({ outcome: z.literal('accepted'), facts }),
    z.object({ outcome: z.literal('refused'), said: z.string() }),
    z.object({ outcome: z.literal('unseen'), failure }),
  ]);
const tlsOffer = offer(tlsFacts);
const version = z.enum(['SSLv3', 'TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3']);
const suiteOffer = offer(z.object({ version, suite: z.string(), name: z.string() }));
const sighting = z.enum(['yes', 'no', 'encrypted', 'unseen']);
const exchange = z.object({ sent: z.string(), reply: z.string().nullable() });
/** An `AddressScan` as it comes back from JSON. */
export const addressScan = z.object({
  address: z.string(),
  startedAt: z.number(),
  versions: z.object({ TLSv1: tlsOffer, 'TLSv1.1': tlsOffer, 'TLSv1.2': tlsOffer, 'TLSv1.3': tlsOffer }),
  sslv3: suiteOffer,
  weakSuites: z.object({
    null: suiteOffer,
    export: suiteOffer,
    rc4: suiteOffer,
    '3des': suiteOffer,
    anonymous: suiteOffer,
    'static-rsa': suiteOffer,
  }),
  withoutServerName: tlsOffer.nullable(),
  keys: z.object({ rsa: tlsOffer, ec: tlsOffer }),
  certificateRequest: sighting,
  closeNotify: sighting,
  repeated: z.array(tlsFacts),
  statBeforeLogin: exchange.nullable(),
  mailBeforeTls: exchange.nullable(),
  clientCommand: z.object({ good: exchange, bad: exchange }).nullable(),
  injection: z.object({ obeyed: sighting, reply: z.string().nullable() }).nullable(),
  transcript: z.array(z.object({ from: z.enum(['client', 'server']), text: z.string(), atMs: z.number() })),
  failure: failure.nullable(),
}) satisfies z.ZodType<AddressScan>;
/** A `Fetched` as it comes back from JSON. */
export const fetched = z.discriminatedUnion('ok', [
  z.object({
    ok: z.literal(true),
    facts: z.object({
      url: z.string(),
      address: z.string(),
      tls: tlsFacts.nullable(),
      status: z.number(),
      contentType: z.string().nullable(),
      asksForLogin: z.boolean(),
      redirects: z.array(z.string()),
      body: z.string(),
      truncated: z.boolean(),
    }),
  }),
  z.object({ ok: z.literal(false), url: z.string(), tls: tlsFacts.nullable(), failure }),
]);

/** A `StatusUrl` as it comes back from JSON. */
export const statusUrl = z.object({
  url: z.string(),
  fetched,
  addresses: z.array(z.string()),
}) satisfies z.ZodType<StatusUrl>;
