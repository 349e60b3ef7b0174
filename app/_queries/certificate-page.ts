import { z } from 'zod';
import type { ChainItem } from '#components/chain-table.tsx';
import { parseCertificate, digestHex } from '#lib/x509/certificate.ts';
import { chainItems } from './chain-item.ts';
import { database } from './database.ts';

/** What only the page of one certificate tells. Texts are of strangers. */
export interface CertificateDetail {
  /** All DNS names. */
  readonly names: readonly string[];
  /** SHA-256 of the public key: what a record `3 1 1` holds. */
  readonly publicKeyHash: string;
  /** Transparency logs that promised to publish it. */
  readonly logs: number;
}

/** The bytes of a certificate; null: it is not stored. */
export async function readCertificateBytes(fingerprint: string): Promise<Uint8Array | null> {
  const row = await database().certificate.findUnique({ where: { fingerprint }, select: { der: true } });
  return row?.der ?? null;
}

/** A certificate as text (RFC 7468). */
export function pemText(der: Uint8Array): string {
  const lines =
    Buffer.from(der)
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}

/** Null where it cannot be read. */
export function readDetail(der: Uint8Array): CertificateDetail | null {
  const parsed = parseCertificate(der);
  if (!parsed.ok) return null;
  const { dnsNames, spki, timestamps } = parsed.value;
  return { names: dnsNames, publicKeyHash: digestHex(spki, 'sha256'), logs: timestamps.length };
}

const chainRow = z.object({ der: z.instanceof(Uint8Array) });

/** The chain that a server sends with it now, leaf first; empty: none sends it as its own. */
export async function readSentChain(fingerprint: string): Promise<readonly (ChainItem | null)[]> {
  const rows = await database().$queryRaw`
    WITH place AS (
      SELECT endpoint_id, address, vantage, role FROM certificate_place
      WHERE fingerprint = ${fingerprint} AND until IS NULL AND role <> 'chain' ORDER BY silent_since NULLS FIRST, since DESC LIMIT 1
    )
    SELECT certificate.der FROM place JOIN observation_span AS span
      ON span.endpoint_id = place.endpoint_id AND span.newest AND span.kind = 'session' AND span.address = place.address
        AND span.vantage = place.vantage
    CROSS JOIN LATERAL jsonb_array_elements_text(
      CASE WHEN place.role = 'server' THEN span.facts #> '{tls,chain}' ELSE span.facts #> '{otherHandshake,tls,facts,chain}' END
    ) WITH ORDINALITY AS sent (fingerprint, depth)
    JOIN certificate ON certificate.fingerprint = sent.fingerprint
    WHERE jsonb_typeof(CASE WHEN place.role = 'server' THEN span.facts #> '{tls,chain}' ELSE span.facts #> '{otherHandshake,tls,facts,chain}' END) = 'array'
    ORDER BY sent.depth LIMIT 16`;
  return chainItems(
    z
      .array(chainRow)
      .parse(rows)
      .map(({ der }) => Buffer.from(der).toString('base64')),
  );
}

/** A time at which an address showed the certificate. */
export interface PastPlace {
  readonly endpointId: string;
  readonly host: string;
  readonly port: number;
  readonly address: string;
  readonly since: Date;
  readonly until: Date;
}

const pastRow = z.object({
  id: z.string(),
  host: z.string(),
  port: z.number(),
  address: z.string(),
  since: z.date(),
  until: z.date(),
});
/** Of a certificate that many servers had, the latest ones. */
export const maxPastPlaces = 100;

/** Where it was and is not any more, the latest first; at most 100. */
export async function listPastPlaces(fingerprint: string): Promise<readonly PastPlace[]> {
  const rows = await database().$queryRaw`
    SELECT endpoint.id, endpoint.host, endpoint.port, place.address, place.since, place.until
    FROM certificate_place AS place JOIN endpoint ON endpoint.id = place.endpoint_id
    WHERE place.fingerprint = ${fingerprint} AND place.until IS NOT NULL
    ORDER BY place.until DESC, place.id DESC LIMIT ${maxPastPlaces}`;
  return z
    .array(pastRow)
    .parse(rows)
    .map(({ id: endpointId, ...rest }) => ({ endpointId, ...rest }));
}

/** Open incidents that are about the certificate itself; at most 10. */
export async function listCertificateIncidents(
  fingerprint: string,
): Promise<readonly { readonly id: string; readonly title: string }[]> {
  return database().incident.findMany({
    where: {
      rootId: null,
      cause: `certificate:${fingerprint}`,
      state: { in: ['firing', 'acknowledged', 'recovering'] },
    },
    select: { id: true, title: true },
    orderBy: { id: 'desc' },
    take: 10,
  });
}
