import type { Service, TlsMode } from '#lib/model/endpoint.ts';
import { z } from 'zod';
import { database } from './database.ts';
import { readService, readTlsMode } from './read-word.ts';

/** A watched endpoint of a domain, and whether somebody spoke its protocol there at the latest probe. */
export interface ServiceLiveness {
  readonly service: Service;
  readonly tlsMode: TlsMode;
  readonly host: string;
  readonly port: number;
  /** Null: it was not probed yet, or could not be looked at. */
  readonly alive: boolean | null;
}

const row = z.object({
  service: z.string().transform(readService),
  tlsMode: z.string().transform(readTlsMode),
  host: z.string(),
  port: z.number(),
  alive: z.boolean().nullable(),
});

const most = 60;

/** The endpoints of a domain that are watched, those that were guessed and never answered left out. */
export async function readServiceLiveness(domainId: string): Promise<readonly ServiceLiveness[]> {
  const rows = await database().$queryRaw`
    SELECT service, tls_mode AS "tlsMode", host, port, seen.alive
    FROM domain_endpoint AS link
    JOIN endpoint ON endpoint.id = link.endpoint_id
    LEFT JOIN LATERAL (
      SELECT bool_or(kind = 'session' AND (facts->>'greeted')::boolean) AS alive FROM observation_span
      WHERE endpoint_id = endpoint.id AND newest AND kind IN ('session', 'addresses')
    ) AS seen ON true
    WHERE link.domain_id = ${domainId} AND link.removed_at IS NULL AND NOT link.dismissed
      AND (link.origin <> 'guess' OR seen.alive)
    ORDER BY service, port, host, tls_mode LIMIT ${most}`;
  return z.array(row).parse(rows);
}
