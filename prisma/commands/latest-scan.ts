import { z } from 'zod';
import type { EndpointTarget } from '#lib/model/endpoint.ts';
import type { ScanObservation } from '#lib/model/scan-observation.ts';
import { fingerprintsOfScan, joinScanObservation } from '#lib/model/scan-span.ts';
import { readStoredJson } from '#lib/model/stored-text.ts';
import type { Transaction } from '../client.ts';

const storedPiece = z.object({ vantage: z.string(), kind: z.string(), evidence: z.string() });

/** The latest deep scan of an endpoint, whichever worker made it, put together from its spans; null before the first. */
export async function readLatestScan(
  db: Transaction,
  { endpointId, endpoint }: { readonly endpointId: string; readonly endpoint: EndpointTarget },
): Promise<ScanObservation | null> {
  const rows = await db.$queryRaw`
    WITH latest AS (
      SELECT vantage, last_seen FROM observation_span
      WHERE endpoint_id = ${endpointId} AND newest AND kind = 'status-url' AND address = ''
      ORDER BY last_seen DESC LIMIT 1
    )
    SELECT vantage, kind, evidence::text AS evidence
    FROM observation_span JOIN latest USING (vantage, last_seen)
    WHERE endpoint_id = ${endpointId} AND newest AND kind IN ('scan', 'status-url')
    ORDER BY address`;
  const pieces = z.array(storedPiece).parse(rows);
  const [piece] = pieces;
  if (piece === undefined) return null;
  const evidenceOf = (kind: string) =>
    pieces.filter((item) => item.kind === kind).map((item) => readStoredJson(item.evidence));
  const scans = evidenceOf('scan');
  const [statusUrls] = evidenceOf('status-url');
  const wanted = [...fingerprintsOfScan({ scans, statusUrls })];
  const stored = await db.certificate.findMany({ where: { fingerprint: { in: wanted } } });
  const certificates = new Map(
    stored.map(({ fingerprint, der }) => [fingerprint, Buffer.from(der).toString('base64')]),
  );
  return joinScanObservation({ endpoint, vantage: piece.vantage, scans, statusUrls, certificates });
}
