import { z } from 'zod';
import type { RecordOutcome } from '../dane/match.ts';
import type { TlsaPolicy } from '../dane/record.ts';
import type { RecordStanding } from '../dane/standing.ts';
import type { Dnssec } from './dnssec.ts';
import type { EndpointTarget } from './endpoint.ts';
import type { ProbeFailure, TlsaRecord } from './observation.ts';
import { dnssec, failure, tlsaRecord } from './observation-schema.ts';
import { endpointSchema, probeFindingSchema, type ProbeFinding } from './probe-schema.ts';

/*
 * The JSON that `latchwatch tlsa --json` prints, for those who read it from outside. docs/schema/tlsa.schema.json is
 * made from here.
 */

/** One certificate that an address showed. */
export interface TlsaCertificate {
  readonly address: string;
  readonly keyType: string;
  readonly subject: string;
  readonly fingerprint: string;
  readonly publicKeySha256: string;
  readonly notAfter: number;
  readonly nameMatches: boolean;
}

/** One record, what it is to the host, and what it came to with every certificate. */
export interface TlsaReportRecord extends TlsaRecord {
  readonly standing: RecordStanding['kind'];
  readonly ageMs: number | null;
  readonly text: string;
  readonly outcomes: readonly {
    readonly address: string;
    readonly keyType: string;
    readonly kind: RecordOutcome['kind'];
    readonly why: string | null;
    readonly depth: number | null;
    readonly fingerprint: string | null;
    readonly text: string;
  }[];
}

/** What `latchwatch tlsa --json` prints. */
export interface TlsaReport {
  /** Grows when a reader would have to change. */
  readonly schema_version: 1;
  readonly endpoint: EndpointTarget;
  readonly vantage: string;
  readonly policy: TlsaPolicy;
  readonly owner: string;
  readonly dnssec: Dnssec | null;
  readonly failure: ProbeFailure | null;
  readonly records: readonly TlsaReportRecord[];
  readonly certificates: readonly TlsaCertificate[];
  readonly unseen: readonly { readonly address: string; readonly failure: ProbeFailure | null }[];
  readonly publish: readonly string[];
  readonly findings: readonly ProbeFinding[];
}

const certificate = z.object({
  address: z.string(),
  keyType: z.string().describe('RSA, ECDSA, Ed25519, Ed448 or other.'),
  subject: z.string(),
  fingerprint: z.string().describe('SHA-256 of the certificate, lower-case hex.'),
  publicKeySha256: z.string().describe('The data of a 3 1 1 record of it.'),
  notAfter: z.number().describe('Milliseconds since 1970-01-01T00:00:00Z.'),
  nameMatches: z.boolean(),
});

const outcome = z.object({
  address: z.string(),
  keyType: z.string(),
  kind: z.enum(['match', 'no-match', 'unusable']),
  why: z.string().nullable().describe('Null for a match. New versions may add values.'),
  depth: z.number().nullable().describe('Of the certificate that the record names; 0 is that of the server.'),
  fingerprint: z.string().nullable(),
  text: z.string(),
});

const record = tlsaRecord.extend({
  standing: z
    .enum(['matched', 'next', 'next-or-orphan', 'orphan', 'unusable', 'not-compared'])
    .describe('What the record is to the host, over all certificates shown.'),
  ageMs: z.number().nullable().describe('For how long it has matched nothing; null where that is not known.'),
  text: z.string(),
  outcomes: z.array(outcome).describe('One a certificate shown.'),
});

export const tlsaReportSchema = z
  .object({
    schema_version: z.literal(1),
    endpoint: endpointSchema,
    vantage: z.string(),
    policy: z.enum(['mua', 'mta']).describe('mta: RFC 7672, only usages 2 and 3 count. mua: RFC 6698 and 7671.'),
    owner: z.string(),
    dnssec: dnssec.nullable().describe('Null where the question was not answered.'),
    failure: failure.nullable().describe('Why the question was not answered.'),
    records: z.array(record),
    certificates: z.array(certificate),
    unseen: z.array(z.object({ address: z.string(), failure: failure.nullable() })),
    publish: z.array(z.string()).describe('The 3 1 1 records of the keys shown, as lines of a zone file.'),
    findings: z.array(probeFindingSchema).describe('What is to be said about the records, worst first.'),
  })
  .meta({
    title: 'latchwatch tlsa --json',
    description:
      'The TLSA records of one port and what they match. Texts come from strangers: escape before you show them.',
  }) satisfies z.ZodType<TlsaReport>;
