import { z } from 'zod';
import { isAssociated } from '#lib/dane/record.ts';
import { dnssecStates, type DnssecState } from '#lib/model/dnssec.ts';
import type { TlsaRecord } from '#lib/model/observation.ts';
import { tlsaRecord } from '#lib/model/observation-schema.ts';
import { parseCertificate, type Certificate } from '#lib/x509/certificate.ts';
import { Prisma } from '#prisma/generated/client.ts';
import { database } from './database.ts';

/** A TLSA record with the certificates that its servers send now and that it names. */
export interface NamingRecord extends TlsaRecord {
  /** Fingerprints; empty: it names nothing that is sent. */
  readonly names: readonly string[];
}

/** What DNS says in TLSA records of one endpoint, as the latest look saw it. */
export interface ServedTlsa {
  readonly endpointId: string;
  /** `_993._tcp.mail.example.org` */
  readonly owner: string;
  readonly dnssec: DnssecState;
  /** When the first signature that the answer depends on ends; null: it is not secure, or not known. */
  readonly signaturesEnd: Date | null;
  /** Null for an empty answer. */
  readonly ttlSeconds: number | null;
  readonly records: readonly NamingRecord[];
  readonly seenAt: Date;
}

const lookRow = z.object({
  id: z.string(),
  owner: z.string(),
  state: z.enum(dnssecStates),
  expires: z.number().nullable(),
  ttl: z.number().nullable(),
  records: z.array(tlsaRecord),
  last_seen: z.date(),
});
const sentRow = z.object({
  endpoint_id: z.string(),
  fingerprint: z.string(),
  role: z.enum(['server', 'other-key', 'chain']),
  der: z.instanceof(Uint8Array),
});

interface Sent {
  readonly isServer: boolean;
  readonly certificate: Certificate;
}

/** Certificates that are read for one page of records. */
const maxSent = 2000;

async function readSent(endpointIds: readonly string[]): Promise<ReadonlyMap<string, readonly Sent[]>> {
  const rows = await database().$queryRaw`
    SELECT DISTINCT place.endpoint_id, place.fingerprint, place.role, certificate.der
    FROM certificate_place AS place JOIN certificate ON certificate.fingerprint = place.fingerprint
    WHERE place.endpoint_id = ANY(${[...endpointIds]}::text[]) AND place.until IS NULL LIMIT ${maxSent}`;
  const read = new Map<string, Certificate | null>();
  const sent = new Map<string, Sent[]>();
  for (const { endpoint_id: id, fingerprint, role, der } of z.array(sentRow).parse(rows)) {
    const known = read.get(fingerprint);
    const parsed = known === undefined ? parseCertificate(der) : null;
    const certificate = parsed === null ? (known ?? null) : parsed.ok ? parsed.value : null;
    read.set(fingerprint, certificate);
    if (certificate !== null) sent.set(id, [...(sent.get(id) ?? []), { isServer: role !== 'chain', certificate }]);
  }
  return sent;
}

/** RFC 6698 section 2.1.1: usages 1 and 3 name the server's own certificate, 0 and 2 any on the way. */
function namesOf(record: TlsaRecord, sent: readonly Sent[]): readonly string[] {
  const isOwn = record.usage === 1 || record.usage === 3;
  return [
    ...new Set(
      sent
        .filter(({ isServer, certificate }) => (isServer || !isOwn) && isAssociated(record, certificate))
        .map(({ certificate }) => certificate.fingerprint),
    ),
  ];
}

/** TLSA records of these endpoints, by endpoint; those whose question was not answered are left out. */
export async function readServedTlsa(endpointIds: readonly string[]): Promise<ReadonlyMap<string, ServedTlsa>> {
  const [rows, sent] = await Promise.all([
    database().$queryRaw`
      SELECT wanted.id, look.evidence ->> 'owner' AS owner, look.evidence #>> '{lookup,facts,dnssec,state}' AS state,
        (look.evidence #>> '{lookup,facts,dnssec,expiresAt}')::float8 AS expires,
        (look.evidence #>> '{lookup,facts,ttlSeconds}')::float8 AS ttl,
        look.evidence #> '{lookup,facts,records}' AS records, look.last_seen
      FROM unnest(${[...endpointIds]}::text[]) AS wanted (id) CROSS JOIN LATERAL (
        SELECT evidence, last_seen FROM observation_span
        WHERE endpoint_id = wanted.id AND newest AND kind = 'tlsa' ORDER BY last_seen DESC LIMIT 1
      ) AS look
      WHERE look.evidence #>> '{lookup,ok}' = 'true'`,
    readSent(endpointIds),
  ]);
  return new Map(
    z
      .array(lookRow)
      .parse(rows)
      .map(({ id, owner, state, expires, ttl, records, last_seen: seenAt }) => [
        id,
        {
          ...{ endpointId: id, owner, dnssec: state, ttlSeconds: ttl, seenAt },
          signaturesEnd: expires === null ? null : new Date(expires),
          records: records.map((record) => ({ ...record, names: namesOf(record, sent.get(id) ?? []) })),
        },
      ]),
  );
}

/** An endpoint whose TLSA records were asked for, by its place in the list. */
export interface AskedEndpoint {
  readonly id: string;
  readonly host: string;
  readonly port: number;
}

const askedRow = z.object({ id: z.string(), host: z.string(), port: z.number() });

/** Watched endpoints whose TLSA question was answered, by host and port. What is null does not matter. */
export async function listAskedEndpoints(query: {
  readonly host: string | null;
  /** Whether there are records. */
  readonly published: boolean | null;
  readonly dnssec: DnssecState | null;
  readonly after: AskedEndpoint | null;
  readonly limit: number;
}): Promise<{ readonly endpoints: readonly AskedEndpoint[]; readonly next: AskedEndpoint | null }> {
  const { host, published, dnssec, after, limit } = query;
  const count = Prisma.sql`jsonb_array_length(look.answer -> 'records')`;
  const wanted = [
    Prisma.sql`look.answer ->> 'dnssec' IS NOT NULL`,
    ...(host === null ? [] : [Prisma.sql`endpoint.host = ${host}`]),
    ...(published === null ? [] : [published ? Prisma.sql`${count} > 0` : Prisma.sql`${count} = 0`]),
    ...(dnssec === null ? [] : [Prisma.sql`look.answer ->> 'dnssec' = ${dnssec}`]),
    ...(after === null
      ? []
      : [Prisma.sql`(endpoint.host, endpoint.port, endpoint.id) > (${after.host}, ${after.port}, ${after.id})`]),
  ];
  const rows = z.array(askedRow).parse(
    await database().$queryRaw`
      SELECT endpoint.id, endpoint.host, endpoint.port FROM endpoint CROSS JOIN LATERAL (
        SELECT facts #> '{lookup,facts}' AS answer FROM observation_span
        WHERE endpoint_id = endpoint.id AND newest AND kind = 'tlsa' ORDER BY last_seen DESC LIMIT 1
      ) AS look
      WHERE ${Prisma.join(wanted, ' AND ')} AND EXISTS (
        SELECT FROM domain_endpoint AS watched
        WHERE watched.endpoint_id = endpoint.id AND watched.removed_at IS NULL AND NOT watched.dismissed
      )
      ORDER BY endpoint.host, endpoint.port, endpoint.id LIMIT ${limit + 1}`,
  );
  const endpoints = rows.slice(0, limit);
  return { endpoints, next: rows.length > limit ? (endpoints.at(-1) ?? null) : null };
}
