import { z } from 'zod';
import { dnssecReasons } from './dnssec.ts';
import { dnssec, failure, seen } from './observation-schema.ts';
import type { ZoneObservation } from './zone-observation.ts';

/* The shapes of zone-observation.ts and of the parts of dnssec.ts in it, for what comes back from storage as JSON. */

const question = z.object({ name: z.string(), type: z.string() });

const signature = z.object({
  owner: z.string(),
  type: z.string(),
  signer: z.string(),
  keyTag: z.number(),
  algorithm: z.number(),
  labels: z.number(),
  originalTtlSeconds: z.number(),
  inception: z.number(),
  expiration: z.number(),
  status: z.enum(['valid', ...dnssecReasons]),
  server: z.string().nullable(),
});
const signatures = z.array(signature);

const denial = z
  .object({
    kind: z.enum(['nxdomain', 'nodata', 'wildcard-nodata', 'no-ds', 'opt-out', 'wildcard-answer', 'no-cut']),
    mechanism: z.enum(['nsec', 'nsec3']),
    iterations: z.number().nullable(),
    records: z.array(
      z.object({
        owner: z.string(),
        next: z.string(),
        role: z.enum(['match', 'cover', 'closest-encloser', 'next-closer', 'wildcard']),
        types: z.array(z.string()),
      }),
    ),
    signatures,
  })
  .nullable();

const link = z.object({
  zone: z.string(),
  state: dnssec,
  ds: z.array(
    z.object({
      keyTag: z.number(),
      algorithm: z.number(),
      digestType: z.number(),
      digest: z.string(),
      status: z.enum(['match', 'no-key', 'digest-mismatch', 'unsupported-algorithm', 'unsupported-digest', 'ignored']),
    }),
  ),
  dsSignatures: signatures,
  dsTtlSeconds: z.number().nullable(),
  keys: z.array(
    z.object({
      keyTag: z.number(),
      algorithm: z.number(),
      flags: z.number(),
      protocol: z.number(),
      anchored: z.boolean(),
      signsKeys: z.boolean(),
    }),
  ),
  keySignatures: signatures,
  keyTtlSeconds: z.number().nullable(),
  denial,
});

/** One validated question as JSON. */
export const validation = z.object({
  name: z.string(),
  type: z.string(),
  rcode: z.string().nullable(),
  result: dnssec,
  extendedError: z.number().nullable(),
  anchor: z.object({ zone: z.string(), keyTags: z.array(z.number()), source: z.string() }).nullable(),
  links: z.array(link),
  hops: z.array(
    z.object({ kind: z.enum(['cname', 'dname']), from: z.string(), to: z.string(), state: dnssec, signatures }),
  ),
  records: z.array(z.string()),
  ttlSeconds: z.number().nullable(),
  signatures,
  wildcard: z.string().nullable(),
  denial,
  zone: z.string().nullable(),
  earliestExpiry: signature.nullable(),
  spent: z.object({ signatures: z.number(), hashes: z.number(), questions: z.number() }),
  server: z.string().nullable(),
  now: z.number(),
});

/** What one server said to one question, as JSON. */
export const serverAnswer = z.object({
  question,
  answer: seen(
    z.object({
      rcode: z.string(),
      authoritative: z.boolean(),
      transport: z.enum(['udp', 'tcp']),
      durationMs: z.number(),
      records: z.array(z.string()),
      ttlSeconds: z.number().nullable(),
      signatures,
      dnssec,
      denial,
      soa: z.object({ serial: z.number(), expireSeconds: z.number(), minimumSeconds: z.number() }).nullable(),
      wire: z.string(),
    }),
  ),
});

/** One run of a zone as it is stored. */
export const zoneObservation: z.ZodType<ZoneObservation> = z.object({
  zone: z.string(),
  vantage: z.string(),
  startedAt: z.number(),
  finishedAt: z.number(),
  questions: z.array(question),
  unasked: z.exactOptional(z.number()),
  validations: z.array(validation),
  parentNameServers: z.array(z.string()).nullable(),
  nameServers: z.array(z.string()).nullable(),
  servers: z.array(z.object({ host: z.string(), address: z.string(), answers: z.array(serverAnswer) })),
  unresolved: z.array(z.object({ host: z.string(), failure })),
  opinions: z.array(
    z.object({
      question,
      server: z.string(),
      answer: seen(z.object({ rcode: z.string(), ad: z.boolean(), extendedErrors: z.array(z.string()) })),
    }),
  ),
  clock: z.object({ trusted: z.boolean(), said: z.string().nullable() }),
});
