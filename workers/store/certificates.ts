import { z } from 'zod';
import type { CertificateSet, SpanPiece } from '#lib/model/span.ts';
import { storableJson } from '#lib/model/stored-text.ts';
import { certificateFactsVersion, readCertificateFacts } from '#lib/x509/certificate-facts.ts';
import type { Database, Transaction } from '#prisma/client.ts';

/*
 * Certificates with what lists tell of them, and where each is shown. Both are written with the spans of a run, so that
 * no list has to look into spans or certificates.
 */

/** Another vantage that has not looked for so long says nothing about today. */
const vantageSilentMs = 7 * 86_400_000;

/** A pool of servers shows now one certificate, now another: what comes back so soon was there all the time. */
const backWithinMs = 86_400_000;

/** One that nobody has read yet. */
const unread = { facts_version: 0, names: [], weaknesses: [] } as const;

/** A certificate as a row, for jsonb_to_recordset. */
function rowOf(fingerprint: string, der: Uint8Array) {
  const facts = readCertificateFacts(der);
  if (facts === null) return { fingerprint, names: unread.names, weaknesses: unread.weaknesses };
  const { commonName, serialNumber, nameCount, keyType, keyBits, signatureAlgorithm, selfSigned, ...rest } = facts;
  return {
    ...rest,
    fingerprint,
    not_before: new Date(facts.notBefore).toISOString(),
    not_after: new Date(facts.notAfter).toISOString(),
    common_name: commonName,
    serial_number: serialNumber,
    name_count: nameCount,
    key_type: keyType,
    key_bits: keyBits,
    signature_algorithm: signatureAlgorithm,
    self_signed: selfSigned,
  };
}

/** Stores those that are not stored yet. */
export async function saveCertificates(tx: Transaction, certificates: CertificateSet, seenAt: Date): Promise<void> {
  if (certificates.size === 0) return;
  const stored = await tx.certificate.findMany({
    where: { fingerprint: { in: [...certificates.keys()] } },
    select: { fingerprint: true },
  });
  const known = new Set(stored.map(({ fingerprint }) => fingerprint));
  // In one order, so that two workers never wait for each other.
  // Known ones too: the statement is what keeps retention from taking one that this run names (prune.ts).
  const rows = [...certificates]
    .map(([fingerprint, der]) => ({
      ...(known.has(fingerprint)
        ? { ...unread, fingerprint }
        : { ...rowOf(fingerprint, Buffer.from(der, 'base64')), facts_version: certificateFactsVersion }),
      der,
    }))
    .toSorted((a, b) => (a.fingerprint < b.fingerprint ? -1 : 1));
  await tx.$executeRaw`
    INSERT INTO certificate (fingerprint, der, first_seen, facts_version, subject, common_name, issuer, serial_number, names,
      name_count, not_before, not_after, key_type, key_bits, signature_algorithm, self_signed, authority, weaknesses)
    SELECT fingerprint, decode(der, 'base64'), ${seenAt}, facts_version, subject, common_name, issuer, serial_number,
      names, name_count, not_before, not_after, key_type, key_bits, signature_algorithm, self_signed, authority, weaknesses
    FROM jsonb_to_recordset(${storableJson(rows)}::jsonb) AS item(fingerprint text, der text, facts_version smallint, subject text, common_name text,
      issuer text, serial_number text, names text[], name_count int, not_before timestamptz, not_after timestamptz,
      key_type text, key_bits int, signature_algorithm text, self_signed boolean, authority boolean, weaknesses text[])
    ON CONFLICT (fingerprint) DO NOTHING`;
}

const unreadRow = z.object({ fingerprint: z.string(), der: z.instanceof(Uint8Array) });

/** Reads some of those that an older version stored; gives how many it looked at. */
export async function fillCertificateFacts(db: Transaction, limit: number): Promise<number> {
  const older = await db.certificate.findMany({
    where: { factsVersion: { lt: certificateFactsVersion } },
    select: { fingerprint: true, der: true },
    orderBy: { fingerprint: 'asc' },
    take: limit,
  });
  const rows = z
    .array(unreadRow)
    .parse(older)
    .map(({ fingerprint, der }) => rowOf(fingerprint, der));
  if (rows.length === 0) return 0;
  await db.$executeRaw`
    UPDATE certificate SET facts_version = ${certificateFactsVersion}, subject = item.subject, common_name = item.common_name,
      issuer = item.issuer, serial_number = item.serial_number, names = item.names, name_count = item.name_count,
      not_before = item.not_before, not_after = item.not_after, key_type = item.key_type, key_bits = item.key_bits,
      signature_algorithm = item.signature_algorithm, self_signed = item.self_signed, authority = item.authority,
      weaknesses = item.weaknesses
    FROM jsonb_to_recordset(${storableJson(rows)}::jsonb) AS item(fingerprint text, subject text, common_name text, issuer text,
      serial_number text, names text[], name_count int, not_before timestamptz, not_after timestamptz, key_type text,
      key_bits int, signature_algorithm text, self_signed boolean, authority boolean, weaknesses text[])
    WHERE certificate.fingerprint = item.fingerprint`;
  return rows.length;
}

interface SavedRun {
  readonly endpointId: string;
  readonly vantage: string;
  readonly pieces: readonly SpanPiece[];
  readonly seenAt: Date;
}

/**
 * Writes down where certificates are shown now, from the spans of a run in which something changed. What an address showed
 * before has ended there; an address that shows none at all, e.g. because it does not answer, keeps what it had, and is
 * marked.
 */
export async function savePlaces(tx: Transaction, { endpointId, vantage, pieces, seenAt }: SavedRun): Promise<void> {
  if (!pieces.some(({ kind }) => kind === 'addresses')) return;
  const addresses = pieces.filter(({ kind }) => kind === 'session').map(({ address }) => address);
  if (addresses.length === 0) {
    await tx.$executeRaw`
      UPDATE certificate_place SET silent_since = ${seenAt}
      WHERE endpoint_id = ${endpointId} AND until IS NULL AND vantage = ${vantage} AND silent_since IS NULL`;
    return;
  }
  await tx.$executeRaw`
    WITH shown AS (
      SELECT span.address, item.fingerprint, item.role
      FROM observation_span AS span CROSS JOIN LATERAL shown_certificates(span.facts) AS item
      WHERE span.endpoint_id = ${endpointId} AND span.newest AND span.kind = 'session' AND span.vantage = ${vantage}
        AND span.address = ANY(${addresses}::text[])
    ), before AS (
      SELECT place.id, place.silent_since, place.address IN (SELECT address FROM shown) AS speaks,
        EXISTS (
          SELECT FROM shown
          WHERE shown.address = place.address AND shown.fingerprint = place.fingerprint AND shown.role = place.role
        ) AS stays
      FROM certificate_place AS place
      WHERE place.endpoint_id = ${endpointId} AND place.until IS NULL AND place.vantage = ${vantage}
        AND place.address = ANY(${addresses}::text[])
    ), moved AS (
      UPDATE certificate_place AS place
      SET until = CASE WHEN before.speaks AND NOT before.stays THEN ${seenAt}::timestamptz END,
        silent_since = CASE WHEN NOT before.speaks THEN COALESCE(before.silent_since, ${seenAt}::timestamptz) END
      FROM before
      WHERE before.id = place.id AND (before.speaks <> before.stays OR before.speaks = (before.silent_since IS NOT NULL))
    ), back AS (
      UPDATE certificate_place AS place SET until = NULL, silent_since = NULL FROM shown
      WHERE place.endpoint_id = ${endpointId} AND place.vantage = ${vantage} AND place.address = shown.address
        AND place.fingerprint = shown.fingerprint AND place.role = shown.role
        AND place.until > ${new Date(seenAt.getTime() - backWithinMs)}
      RETURNING place.address, place.fingerprint, place.role
    )
    INSERT INTO certificate_place (endpoint_id, address, vantage, fingerprint, role, since)
    SELECT ${endpointId}, address, ${vantage}, fingerprint, role, ${seenAt} FROM shown
    WHERE (address, fingerprint, role) NOT IN (SELECT address, fingerprint, role FROM back)
    ON CONFLICT (endpoint_id, address, vantage, role, fingerprint) WHERE until IS NULL DO NOTHING`;
  // In one order, so that two workers never wait for each other.
  await tx.$executeRaw`
    UPDATE certificate SET in_use = true FROM (
      SELECT fingerprint FROM certificate
      WHERE NOT in_use AND fingerprint IN (
        SELECT fingerprint FROM certificate_place WHERE endpoint_id = ${endpointId} AND until IS NULL AND role <> 'chain'
      ) ORDER BY fingerprint FOR UPDATE
    ) AS shown WHERE certificate.fingerprint = shown.fingerprint`;
  // Addresses that the host does not have any more, and vantages that stopped looking.
  await tx.$executeRaw`
    UPDATE certificate_place AS place SET until = ${seenAt}
    WHERE endpoint_id = ${endpointId} AND until IS NULL AND (
      (vantage = ${vantage} AND address <> ALL(${addresses}::text[]))
      OR (vantage <> ${vantage} AND NOT EXISTS (
        SELECT FROM observation_span AS span
        WHERE span.endpoint_id = place.endpoint_id AND span.newest AND span.vantage = place.vantage
          AND span.kind = 'addresses' AND span.last_seen > ${new Date(seenAt.getTime() - vantageSilentMs)}
      ))
    )`;
}

/** Takes `in_use` back from certificates that no server shows any more. No run can write a place meanwhile: it takes a certificate for it. */
export async function forgetUnused(db: Database): Promise<number> {
  return db.$transaction(async (tx) => {
    await tx.$executeRaw`LOCK TABLE certificate IN SHARE ROW EXCLUSIVE MODE`;
    return tx.$executeRaw`
      UPDATE certificate SET in_use = false WHERE in_use AND NOT EXISTS (
        SELECT FROM certificate_place AS place
        WHERE place.fingerprint = certificate.fingerprint AND place.until IS NULL AND place.role <> 'chain'
      )`;
  });
}
