import { z } from 'zod';
import type { EndpointTarget } from '#lib/model/endpoint.ts';
import type { EndpointObservation } from '#lib/model/observation.ts';
import { fingerprintsOf, joinEndpointObservation } from '#lib/model/span.ts';
import { database } from './database.ts';

const storedPiece = z.object({ kind: z.string(), address: z.string(), evidence: z.string() });

/** Stored text has U+2400 where a server sent NUL, which Postgres cannot keep. */
function readEvidence(text: string): unknown {
  return JSON.parse(text, (_key, item: unknown) => (typeof item === 'string' ? item.replaceAll('\u2400', '\0') : item));
}

/**
 * The latest run of an endpoint, whichever worker made it, put together from its spans; null before the first.
 * All pieces of a run carry the same instant.
 */
export async function readLatestObservation(
  endpointId: string,
  endpoint: EndpointTarget,
): Promise<EndpointObservation | null> {
  const db = database();
  const newest = await db.observationSpan.findFirst({
    where: { endpointId, kind: 'addresses' },
    orderBy: { lastSeen: 'desc' },
    select: { vantage: true, lastSeen: true },
  });
  if (newest === null) return null;
  const rows = await db.$queryRaw`
    SELECT kind, address, evidence::text AS evidence FROM observation_span
    WHERE endpoint_id = ${endpointId} AND vantage = ${newest.vantage} AND last_seen = ${newest.lastSeen}`;
  const pieces = z.array(storedPiece).parse(rows);
  const evidenceOf = (kind: string) =>
    pieces.filter((piece) => piece.kind === kind).map((piece) => readEvidence(piece.evidence));
  const sessions = evidenceOf('session');
  const stored = await db.certificate.findMany({ where: { fingerprint: { in: [...fingerprintsOf(sessions)] } } });
  return joinEndpointObservation({
    endpoint,
    vantage: newest.vantage,
    addresses: evidenceOf('addresses')[0],
    sessions,
    tlsa: evidenceOf('tlsa')[0] ?? null,
    certificates: new Map(stored.map(({ fingerprint, der }) => [fingerprint, Buffer.from(der).toString('base64')])),
  });
}

export interface SpanRecord {
  readonly id: string;
  readonly kind: string;
  readonly address: string;
  readonly vantage: string;
  readonly firstSeen: Date;
  readonly lastSeen: Date;
  readonly runs: number;
}

/** When something of an endpoint changed, the newest first. */
export async function listSpans(endpointId: string): Promise<readonly SpanRecord[]> {
  return database().observationSpan.findMany({
    where: { endpointId },
    select: { id: true, kind: true, address: true, vantage: true, firstSeen: true, lastSeen: true, runs: true },
    orderBy: [{ firstSeen: 'desc' }, { id: 'desc' }],
    take: 50,
  });
}
