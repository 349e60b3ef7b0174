import { z } from 'zod';
import type { EndpointTarget } from '#lib/model/endpoint.ts';
import type { EndpointObservation } from '#lib/model/observation.ts';
import { fingerprintsOf, joinEndpointObservation } from '#lib/model/span.ts';
import { readStoredJson } from '#lib/model/stored-text.ts';
import type { Transaction } from '../client.ts';
import { Prisma } from '../generated/client.ts';

const storedPiece = z.object({
  id: z.string(),
  vantage: z.string(),
  kind: z.string(),
  address: z.string(),
  evidence: z.string(),
});

interface WantedRun {
  readonly endpointId: string;
  readonly endpoint: EndpointTarget;
}

/** The latest run of an endpoint, as `readLatestObservations` has it; null before the first. */
export async function readLatestObservation(db: Transaction, wanted: WantedRun): Promise<EndpointObservation | null> {
  return (await readLatestObservations(db, [wanted])).get(wanted.endpointId) ?? null;
}

/**
 * By id of the endpoint its latest run, whichever worker made it, put together from its spans; endpoints without a run are
 * left out. All pieces of a run carry the same instant. Two questions to the database, however many endpoints.
 */
export function readLatestObservations(
  db: Transaction,
  wanted: readonly WantedRun[],
): Promise<ReadonlyMap<string, EndpointObservation>> {
  return readRuns(db, { wanted, evidence: Prisma.sql`piece.evidence` });
}

/** The same with empty transcripts, which are half of a run to read: for whoever asks of many what they proved. */
export function readLatestProofs(
  db: Transaction,
  wanted: readonly WantedRun[],
): Promise<ReadonlyMap<string, EndpointObservation>> {
  const evidence = Prisma.sql`CASE WHEN piece.kind = 'session' THEN piece.evidence || '{"transcript": []}' ELSE piece.evidence END`;
  return readRuns(db, { wanted, evidence });
}

async function readRuns(
  db: Transaction,
  { wanted, evidence }: { readonly wanted: readonly WantedRun[]; readonly evidence: Prisma.Sql },
): Promise<ReadonlyMap<string, EndpointObservation>> {
  // One statement: between two, a run that ends moves the instant on.
  const rows = await db.$queryRaw`
    SELECT wanted.id, piece.vantage, piece.kind, piece.address, (${evidence})::text AS evidence
    FROM unnest(${wanted.map(({ endpointId }) => endpointId)}::text[]) AS wanted (id)
    CROSS JOIN LATERAL (
      SELECT vantage, last_seen FROM observation_span
      WHERE endpoint_id = wanted.id AND newest AND kind = 'addresses' AND address = ''
      ORDER BY last_seen DESC LIMIT 1
    ) AS latest
    JOIN observation_span AS piece ON piece.endpoint_id = wanted.id AND piece.newest
      AND piece.vantage = latest.vantage AND piece.last_seen = latest.last_seen`;
  const pieces = z
    .array(storedPiece)
    .parse(rows)
    .map((piece) => ({ ...piece, evidence: readStoredJson(piece.evidence) }));
  const sessions = pieces.filter(({ kind }) => kind === 'session');
  const stored = await db.certificate.findMany({
    where: { fingerprint: { in: [...fingerprintsOf(sessions.map(({ evidence }) => evidence))] } },
    select: { fingerprint: true, der: true },
  });
  const certificates = new Map(
    stored.map(({ fingerprint, der }) => [fingerprint, Buffer.from(der).toString('base64')]),
  );
  return new Map(
    wanted.flatMap(({ endpointId, endpoint }) => {
      const own = pieces.filter(({ id }) => id === endpointId);
      const [piece] = own;
      if (piece === undefined) return [];
      const evidenceOf = (kind: string) => own.filter((one) => one.kind === kind).map(({ evidence }) => evidence);
      const observation = joinEndpointObservation({
        endpoint,
        vantage: piece.vantage,
        addresses: evidenceOf('addresses')[0],
        sessions: evidenceOf('session'),
        tlsa: evidenceOf('tlsa')[0] ?? null,
        certificates,
      });
      return [[endpointId, observation] as const];
    }),
  );
}
