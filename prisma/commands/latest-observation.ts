import { z } from 'zod';
import type { EndpointTarget } from '#lib/model/endpoint.ts';
import type { EndpointObservation } from '#lib/model/observation.ts';
import { fingerprintsOf, joinEndpointObservation } from '#lib/model/span.ts';
import { readStoredJson } from '#lib/model/stored-text.ts';
import type { Transaction } from '../client.ts';

const storedPiece = z.object({ vantage: z.string(), kind: z.string(), address: z.string(), evidence: z.string() });

/**
 * The latest run of an endpoint, whichever worker made it, put together from its spans; null before the first.
 * All pieces of a run carry the same instant.
 */
export async function readLatestObservation(
  db: Transaction,
  { endpointId, endpoint }: { readonly endpointId: string; readonly endpoint: EndpointTarget },
): Promise<EndpointObservation | null> {
  // One statement: between two, a run that ends moves the instant on.
  const rows = await db.$queryRaw`
    WITH latest AS (
      SELECT vantage, last_seen FROM observation_span
      WHERE endpoint_id = ${endpointId} AND newest AND kind = 'addresses' AND address = ''
      ORDER BY last_seen DESC LIMIT 1
    )
    SELECT vantage, kind, address, evidence::text AS evidence
    FROM observation_span JOIN latest USING (vantage, last_seen) WHERE endpoint_id = ${endpointId} AND newest`;
  const pieces = z.array(storedPiece).parse(rows);
  const evidenceOf = (kind: string) =>
    pieces.filter((piece) => piece.kind === kind).map((piece) => readStoredJson(piece.evidence));
  const [piece] = pieces;
  if (piece === undefined) return null;
  const sessions = evidenceOf('session');
  const stored = await db.certificate.findMany({ where: { fingerprint: { in: [...fingerprintsOf(sessions)] } } });
  return joinEndpointObservation({
    endpoint,
    vantage: piece.vantage,
    addresses: evidenceOf('addresses')[0],
    sessions,
    tlsa: evidenceOf('tlsa')[0] ?? null,
    certificates: new Map(stored.map(({ fingerprint, der }) => [fingerprint, Buffer.from(der).toString('base64')])),
  });
}
