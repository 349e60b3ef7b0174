import { z } from 'zod';
import { certificateWeaknesses } from '#lib/x509/certificate-facts.ts';
import { Prisma } from '#prisma/generated/client.ts';
import type { CertificateFilter } from './certificate-filter.ts';
import { everyCertificate, isWantedCertificate, isWantedPlace } from './certificate-filter.ts';
import { database } from './database.ts';
import { keepReading } from './kept-reading.ts';

/** A certificate as lists show it. Texts are of strangers. */
export interface CertificateRecord {
  readonly fingerprint: string;
  readonly subject: string;
  readonly commonName: string | null;
  readonly issuer: string;
  readonly serialNumber: string;
  /** The first ones of `nameCount`. */
  readonly names: readonly string[];
  readonly nameCount: number;
  readonly notBefore: Date;
  readonly notAfter: Date;
  readonly keyType: string;
  readonly keyBits: number | null;
  readonly signatureAlgorithm: string | null;
  readonly selfSigned: boolean;
  readonly authority: boolean;
  readonly weaknesses: readonly (typeof certificateWeaknesses)[number][];
  readonly firstSeen: Date;
}

/** By what a list is ordered; within the same, by end. */
export const certificateOrders = ['end', 'begin', 'name', 'issuer', 'key'] as const;
export type CertificateOrder = (typeof certificateOrders)[number];
/** What rows are put together by: a certificate has one row in each of its groups. */
export const certificateGroups = ['domain', 'issuer', 'server'] as const;
export type CertificateGroup = (typeof certificateGroups)[number];

/** A row of a list: where it stands, for the cursor of the next page. */
export interface CertificatePlaceInList {
  /** Of the group, or what the list is ordered by. */
  readonly key: string;
  readonly notAfter: string;
  readonly fingerprint: string;
}

export interface CertificateQuery {
  readonly filter: CertificateFilter;
  readonly group: CertificateGroup | null;
  readonly order: CertificateOrder;
  readonly descending: boolean;
  readonly after: CertificatePlaceInList | null;
  readonly limit: number;
}

export interface CertificateRow {
  /** Null where the list has no groups. */
  readonly group: string | null;
  readonly certificate: CertificateRecord;
}

const storedRow = z
  .object({
    key: z.string(),
    fingerprint: z.string(),
    subject: z.string(),
    common_name: z.string().nullable(),
    issuer: z.string(),
    serial_number: z.string(),
    names: z.array(z.string()),
    name_count: z.number(),
    not_before: z.date(),
    not_after: z.date(),
    key_type: z.string(),
    key_bits: z.number().nullable(),
    signature_algorithm: z.string().nullable(),
    self_signed: z.boolean(),
    authority: z.boolean(),
    weaknesses: z.array(z.enum(certificateWeaknesses)),
    first_seen: z.date(),
  })
  .transform((row) => ({
    key: row.key,
    certificate: {
      ...{ fingerprint: row.fingerprint, subject: row.subject, commonName: row.common_name, issuer: row.issuer },
      ...{ serialNumber: row.serial_number, names: row.names, nameCount: row.name_count },
      ...{ notBefore: row.not_before, notAfter: row.not_after, keyType: row.key_type, keyBits: row.key_bits },
      ...{ signatureAlgorithm: row.signature_algorithm, selfSigned: row.self_signed, authority: row.authority },
      ...{ weaknesses: row.weaknesses, firstSeen: row.first_seen },
    } satisfies CertificateRecord,
  }));

const columns = Prisma.sql`c.fingerprint, c.subject, c.common_name, c.issuer, c.serial_number, c.names, c.name_count, c.not_before,
  c.not_after, c.key_type, c.key_bits, c.signature_algorithm, c.self_signed, c.authority, c.weaknesses, c.first_seen`;

/** What a row is ordered by before its end, as text; null: by nothing. */
function keyOf({ group, order }: Pick<CertificateQuery, 'group' | 'order'>): Prisma.Sql | null {
  switch (group ?? order) {
    case 'end':
      return null;
    case 'domain':
      return Prisma.sql`domain.name`;
    case 'server':
      return Prisma.sql`endpoint.host`;
    case 'issuer':
      return Prisma.sql`c.issuer COLLATE "C"`;
    case 'begin':
      return Prisma.sql`to_char(c.not_before AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS') COLLATE "C"`;
    case 'name':
      return Prisma.sql`lower(COALESCE(c.common_name, c.names[1], c.subject)) COLLATE "C"`;
    case 'key':
      return Prisma.sql`c.key_type || ' ' || lpad(COALESCE(c.key_bits, 0)::text, 6, '0') COLLATE "C"`;
  }
}

/**
 * SQL: some server shows the certificate `c`. As a scalar it is asked row by row until a page is full, which is soon where
 * nearly every row passes; with a name to look for the planner may begin there.
 */
function isShown(filter: CertificateFilter): Prisma.Sql {
  return filter.host === null && filter.domain === null
    ? Prisma.sql`(
        SELECT true FROM certificate_place AS place
        WHERE place.fingerprint = c.fingerprint AND ${isWantedPlace(filter)} LIMIT 1
      )`
    : Prisma.sql`EXISTS (
        SELECT FROM certificate_place AS place WHERE place.fingerprint = c.fingerprint AND ${isWantedPlace(filter)}
      )`;
}

/** Certificates that watched servers show now, a page at a time. */
export async function listCertificates(
  query: CertificateQuery,
): Promise<{ readonly rows: readonly CertificateRow[]; readonly next: CertificatePlaceInList | null }> {
  const { filter, group, descending, after, limit } = query;
  const key = keyOf(query);
  const way = descending ? Prisma.sql`DESC` : Prisma.sql`ASC`;
  const beyond = descending ? Prisma.sql`<` : Prisma.sql`>`;
  const isBeyond =
    after === null
      ? Prisma.sql`true`
      : key === null
        ? Prisma.sql`(c.not_after, c.fingerprint) ${beyond} (${after.notAfter}::timestamptz, ${after.fingerprint})`
        : Prisma.sql`(${key}, c.not_after, c.fingerprint) ${beyond} (${after.key}, ${after.notAfter}::timestamptz, ${after.fingerprint})`;
  const inOrder = Prisma.sql`${key === null ? Prisma.empty : Prisma.sql`${key} ${way},`} c.not_after ${way}, c.fingerprint ${way}`;
  const from = ((): Prisma.Sql => {
    switch (group) {
      case null:
      case 'issuer':
        return Prisma.sql`(
          SELECT ${key ?? Prisma.sql`''`} AS key, c.not_after, c.fingerprint FROM certificate AS c
          WHERE ${isWantedCertificate(filter)} AND ${isBeyond} ORDER BY ${inOrder} OFFSET 0
        ) AS c WHERE ${isShown(filter)}`;
      case 'server':
        return Prisma.sql`endpoint JOIN certificate_place AS place ON place.endpoint_id = endpoint.id
          JOIN certificate AS c ON c.fingerprint = place.fingerprint
          WHERE ${isWantedPlace(filter)} AND ${isWantedCertificate(filter)} AND ${isBeyond}
          GROUP BY endpoint.host, c.not_after, c.fingerprint ORDER BY ${inOrder}`;
      case 'domain':
        return Prisma.sql`domain
          JOIN domain_endpoint AS link ON link.domain_id = domain.id AND link.removed_at IS NULL AND NOT link.dismissed
          JOIN certificate_place AS place ON place.endpoint_id = link.endpoint_id
          JOIN certificate AS c ON c.fingerprint = place.fingerprint
          WHERE ${isWantedPlace(filter)} AND ${isWantedCertificate(filter)} AND ${isBeyond}
          GROUP BY domain.name, c.not_after, c.fingerprint ORDER BY ${inOrder}`;
    }
  })();
  const selected =
    group === 'server' || group === 'domain' ? Prisma.sql`${key ?? Prisma.empty} AS key` : Prisma.sql`c.key`;
  const found = await database().$queryRaw`
    WITH page AS MATERIALIZED (
      SELECT ${selected}, c.not_after, c.fingerprint FROM ${from} LIMIT ${limit + 1}
    )
    SELECT page.key, ${columns} FROM page JOIN certificate AS c ON c.fingerprint = page.fingerprint
    ORDER BY page.key ${way}, page.not_after ${way}, page.fingerprint ${way}`;
  const parsed = z.array(storedRow).parse(found);
  const shown = parsed.slice(0, limit);
  const last = shown.at(-1);
  return {
    rows: shown.map(({ key: text, certificate }) => ({ group: group === null ? null : text, certificate })),
    next:
      parsed.length > limit && last !== undefined
        ? {
            key: last.key,
            notAfter: last.certificate.notAfter.toISOString(),
            fingerprint: last.certificate.fingerprint,
          }
        : null,
  };
}

/** One certificate, wherever it was seen; null: there is none, or nobody could read it. */
export async function findCertificate(fingerprint: string): Promise<CertificateRecord | null> {
  const rows = await database().$queryRaw`
    SELECT '' AS key, ${columns} FROM certificate AS c WHERE c.fingerprint = ${fingerprint} AND c.not_after IS NOT NULL`;
  return z.array(storedRow).parse(rows)[0]?.certificate ?? null;
}

const countRow = z.tuple([
  z.object({ all: z.number(), unread: z.number(), soon: z.number(), self_signed: z.number(), weak: z.number() }),
]);

/** No count goes on beyond it. */
export const maxCounted = 500;

function counted(filter: CertificateFilter): Prisma.Sql {
  return Prisma.sql`(SELECT count(*) FROM (
    SELECT FROM certificate AS c WHERE ${isWantedCertificate(filter)} AND ${isShown(filter)} LIMIT ${maxCounted}
  ) AS counted)::int`;
}

/** How many there are in use; of each kind that a filter is for, up to 500; and how many an older version left unread. */
export async function countCertificates(endsBefore: Date): Promise<{
  readonly all: number;
  readonly unread: number;
  readonly soon: number;
  readonly selfSigned: number;
  readonly weak: number;
}> {
  const [counts] = countRow.parse(
    await database().$queryRaw`
      SELECT (SELECT count(*) FROM certificate WHERE in_use AND not_after IS NOT NULL)::int AS all,
        (SELECT count(*) FROM certificate WHERE facts_version = 0)::int AS unread,
        ${counted({ ...everyCertificate, endsBefore })} AS soon,
        ${counted({ ...everyCertificate, selfSigned: true })} AS self_signed,
        ${counted({ ...everyCertificate, weak: true })} AS weak`,
  );
  const { self_signed: selfSigned, ...rest } = counts;
  return { ...rest, selfSigned };
}

/** A day on which many certificates end. */
export interface BusyDay {
  /** Midnight UTC. */
  readonly day: Date;
  readonly certificates: number;
}

/** So many on one day are more than chance, or more than one person renews by hand. */
const busyDayMin = 3;
const dayMs = 86_400_000;
/** As long as today's certificates live. */
const lookAheadMs = 90 * dayMs;
/** Days that are counted exactly. */
const maxCandidates = 6;
const busyRow = z.object({ day: z.date(), certificates: z.number() });

/** The days within 90 days on which most certificates end, at most three. */
export async function listBusyDays(now: Date): Promise<readonly BusyDay[]> {
  const rows = await database().$queryRaw`
    WITH candidate AS (
      SELECT date_trunc('day', not_after, 'UTC') AS day FROM certificate
      WHERE in_use AND not_after >= ${now} AND not_after < ${new Date(now.getTime() + lookAheadMs)}
      GROUP BY 1 HAVING count(*) >= ${busyDayMin} ORDER BY count(*) DESC, 1 LIMIT ${maxCandidates}
    )
    SELECT day, count(*)::int AS certificates FROM candidate JOIN certificate AS c
      ON c.in_use AND c.not_after >= GREATEST(day, ${now}) AND c.not_after < day + INTERVAL '1 day'
    WHERE ${isShown(everyCertificate)} GROUP BY day HAVING count(*) >= ${busyDayMin} ORDER BY certificates DESC, day LIMIT 3`;
  return z.array(busyRow).parse(rows);
}

const soonMs = 14 * dayMs;

/** How many there are, those that end within 14 days among them, and the days on which many end: some seconds old. */
export const certificateStanding = keepReading(
  async (now) => {
    const [counts, busyDays] = await Promise.all([
      countCertificates(new Date(now.getTime() + soonMs)),
      listBusyDays(now),
    ]);
    return { counts, busyDays };
  },
  { what: 'the number of certificates', keptForMs: 10_000, usableForMs: 15_000 },
);
