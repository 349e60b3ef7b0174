import { z } from 'zod';
import { services, tlsModes, type Service, type TlsMode } from '#lib/model/endpoint.ts';
import type { CertificateFilter } from './certificate-filter.ts';
import { isShownNow, isWatchedPlace } from './certificate-filter.ts';
import { database } from './database.ts';

/** A server that shows a certificate. */
export interface ShowingEndpoint {
  readonly endpointId: string;
  readonly service: Service;
  readonly tlsMode: TlsMode;
  readonly host: string;
  readonly port: number;
  /** Where it shows it, at most 8. */
  readonly addresses: readonly string[];
  readonly since: Date;
  /** Since when no address of these shows any certificate; null: they do. */
  readonly silentSince: Date | null;
}

export interface ShowingEndpoints {
  /** By host and port. */
  readonly endpoints: readonly ShowingEndpoint[];
  /** Of those that were counted; `isAll` false: there are more than anybody wants to count. */
  readonly total: number;
  readonly isAll: boolean;
}

const placeRow = z.object({
  fingerprint: z.string(),
  id: z.string(),
  service: z.enum(services),
  tls_mode: z.enum(tlsModes),
  host: z.string(),
  port: z.number(),
  addresses: z.array(z.string()),
  since: z.date(),
  silent_since: z.date().nullable(),
  total: z.number(),
  places: z.number(),
});

/** Addresses of one certificate that are looked at: a CA's or a wildcard's may be at ten thousand. */
const maxPlaces = 200;

/** Where certificates are shown now, by fingerprint; at most `limit` endpoints of each. */
export async function readShowingEndpoints(
  fingerprints: readonly string[],
  { role, limit }: { readonly role: CertificateFilter['role']; readonly limit: number },
): Promise<ReadonlyMap<string, ShowingEndpoints>> {
  const rows = await database().$queryRaw`
    SELECT wanted.fingerprint, shown.* FROM unnest(${[...fingerprints]}::text[]) AS wanted (fingerprint)
    CROSS JOIN LATERAL (
      SELECT endpoint.id, endpoint.service, endpoint.tls_mode, endpoint.host, endpoint.port,
        (array_agg(DISTINCT place.address ORDER BY place.address))[1:8] AS addresses, min(place.since) AS since,
        CASE WHEN bool_and(place.silent_since IS NOT NULL) THEN max(place.silent_since) END AS silent_since,
        count(*) OVER ()::int AS total, (sum(count(*)) OVER ())::int AS places
      FROM (
        SELECT place.endpoint_id, place.address, place.since, place.silent_since FROM certificate_place AS place
        WHERE place.fingerprint = wanted.fingerprint AND ${isShownNow(role)} AND ${isWatchedPlace} LIMIT ${maxPlaces}
      ) AS place JOIN endpoint ON endpoint.id = place.endpoint_id
      GROUP BY endpoint.id ORDER BY endpoint.host, endpoint.port, endpoint.id LIMIT ${limit}
    ) AS shown`;
  const found = new Map<string, { endpoints: ShowingEndpoint[]; total: number; isAll: boolean }>();
  for (const row of z.array(placeRow).parse(rows)) {
    const entry = found.get(row.fingerprint) ?? { endpoints: [], total: row.total, isAll: row.places < maxPlaces };
    entry.endpoints.push({
      ...{ endpointId: row.id, service: row.service, tlsMode: row.tls_mode, host: row.host, port: row.port },
      ...{ addresses: row.addresses, since: row.since, silentSince: row.silent_since },
    });
    found.set(row.fingerprint, entry);
  }
  return found;
}

/** A newer certificate that a server of the same host shows already. */
export interface Successor {
  readonly fingerprint: string;
  readonly notBefore: Date;
  readonly notAfter: Date;
  readonly endpointId: string;
  readonly host: string;
  readonly port: number;
  readonly address: string;
}

const successorRow = z.object({
  older: z.string(),
  fingerprint: z.string(),
  not_before: z.date(),
  not_after: z.date(),
  id: z.string(),
  host: z.string(),
  port: z.number(),
  address: z.string(),
});

/** Hosts of one certificate that are looked at for another one. */
const maxHosts = 20;

/**
 * For certificates of servers, the one that lasts longest among those that another address or port of the same host shows
 * for the same name. Two certificates of one address (two key types) are no successors of each other.
 */
export async function readSuccessors(fingerprints: readonly string[]): Promise<ReadonlyMap<string, Successor>> {
  const rows = await database().$queryRaw`
-- Materialized, so that it begins with the few servers of each host: by name it would compare with all that there are.
    WITH shown AS MATERIALIZED (
      SELECT wanted.fingerprint, held.host FROM unnest(${[...fingerprints]}::text[]) AS wanted (fingerprint)
      CROSS JOIN LATERAL (
        SELECT DISTINCT own.host FROM certificate_place AS place JOIN endpoint AS own ON own.id = place.endpoint_id
        WHERE place.fingerprint = wanted.fingerprint AND ${isShownNow('server')} LIMIT ${maxHosts}
      ) AS held
    ), beside AS MATERIALIZED (
      SELECT shown.fingerprint AS older, endpoint.id, endpoint.host, endpoint.port, place.address, place.fingerprint
      FROM shown JOIN endpoint ON endpoint.host = shown.host
      JOIN certificate_place AS place ON place.endpoint_id = endpoint.id
      WHERE ${isShownNow('server')} AND place.fingerprint <> shown.fingerprint AND ${isWatchedPlace}
    )
    SELECT DISTINCT ON (c.fingerprint) c.fingerprint AS older, newer.fingerprint, newer.not_before, newer.not_after,
      beside.id, beside.host, beside.port, beside.address
    FROM beside JOIN certificate AS c ON c.fingerprint = beside.older
    JOIN certificate AS newer ON newer.fingerprint = beside.fingerprint AND newer.not_after > c.not_after
    WHERE (newer.common_name = c.common_name OR newer.names && c.names)
      AND NOT EXISTS (
        SELECT FROM certificate_place AS both_keys
        WHERE both_keys.endpoint_id = beside.id AND both_keys.address = beside.address
          AND both_keys.fingerprint = c.fingerprint AND both_keys.until IS NULL
      )
    ORDER BY c.fingerprint, newer.not_after DESC, beside.host, beside.port, beside.address`;
  return new Map(
    z
      .array(successorRow)
      .parse(rows)
      .map(({ older, id, not_before: notBefore, not_after: notAfter, ...rest }) => [
        older,
        { ...rest, endpointId: id, notBefore, notAfter },
      ]),
  );
}
