import { z } from 'zod';
import type { EndpointTarget } from '#lib/model/endpoint.ts';
import type { EndpointObservation } from '#lib/model/observation.ts';
import { fingerprintsOf, joinEndpointObservation } from '#lib/model/span.ts';
import { readStoredJson } from '#lib/model/stored-text.ts';
import { database } from './database.ts';

/**
 * One kept run of an endpoint, with the time in which every run saw the same. What is judged of a run does not change in
 * it; transcript and timings are those of the run at `evidenceAt`.
 */
export interface KeptRun {
  readonly observation: EndpointObservation;
  /** The first and the last run that saw this. */
  readonly from: Date;
  readonly to: Date;
}

const pieceRow = z.object({
  kind: z.string(),
  address: z.string(),
  vantage: z.string(),
  evidence: z.string(),
  first_seen: z.date(),
  last_seen: z.date(),
});
type PieceRow = z.infer<typeof pieceRow>;

/** Where a run is looked for: at or before an instant, by any worker or by those of one vantage. */
interface RunPlace {
  readonly at: Date;
  readonly vantage: string | null;
}

/**
 * The last run of an endpoint at or before an instant, put together from the spans that held then; null: none that old is
 * kept. Asks the index by time for one span a piece, so the length of the history does not matter.
 */
export async function readRunAt(
  { id, target }: { readonly id: string; readonly target: EndpointTarget },
  place: RunPlace,
): Promise<KeptRun | null> {
  const pieces = await readPieces(id, place);
  const addresses = pieces.find(({ kind }) => kind === 'addresses');
  if (addresses === undefined) return null;
  const stored = readStoredJson(addresses.evidence);
  // What ended before these addresses were first seen is of an earlier run; what ended since did so with this one.
  const held = pieces.filter(({ kind, last_seen }) => kind !== 'addresses' && last_seen >= addresses.first_seen);
  const evidenceOf = (kind: string) =>
    held.filter((piece) => piece.kind === kind).map(({ evidence }) => readStoredJson(evidence));
  const seen = evidenceOf('session');
  const certificates = await database().certificate.findMany({
    where: { fingerprint: { in: [...fingerprintsOf(seen)] } },
    select: { fingerprint: true, der: true },
  });
  const observation = joinEndpointObservation({
    endpoint: target,
    vantage: addresses.vantage,
    addresses: stored,
    sessions: seen,
    tlsa: evidenceOf('tlsa')[0] ?? null,
    certificates: new Map(
      certificates.map(({ fingerprint, der }) => [fingerprint, Buffer.from(der).toString('base64')]),
    ),
  });
  const all = [addresses, ...held];
  return {
    observation,
    from: new Date(Math.max(...all.map(({ first_seen }) => first_seen.getTime()))),
    to: new Date(Math.min(...all.map(({ last_seen }) => last_seen.getTime()))),
  };
}

/**
 * The newest addresses that were first seen at or before an instant, and from the same vantage of each of them the newest
 * session, and the newest TLSA records, that began while these addresses held, or before.
 */
async function readPieces(endpointId: string, { at, vantage }: RunPlace): Promise<readonly PieceRow[]> {
  const rows = await database().$queryRaw`
    WITH addresses AS MATERIALIZED (
      SELECT kind, address, vantage, evidence, first_seen, last_seen FROM observation_span
      WHERE endpoint_id = ${endpointId} AND kind = 'addresses' AND address = '' AND first_seen <= ${at}
        AND (${vantage}::text IS NULL OR vantage = ${vantage})
      ORDER BY first_seen DESC LIMIT 1
    ), wanted AS (
      SELECT 'tlsa' AS kind, '' AS address
      UNION SELECT 'session', listed.address FROM addresses CROSS JOIN LATERAL jsonb_array_elements_text(
        CASE WHEN jsonb_typeof(evidence #> '{addresses,facts,list}') = 'array' THEN evidence #> '{addresses,facts,list}' ELSE '[]' END
      ) AS listed (address)
    )
    SELECT kind, address, vantage, evidence::text AS evidence, first_seen, last_seen FROM addresses
    UNION ALL
    SELECT piece.* FROM addresses CROSS JOIN wanted CROSS JOIN LATERAL (
      SELECT span.kind, span.address, span.vantage, span.evidence::text AS evidence, span.first_seen, span.last_seen
      FROM observation_span AS span
      WHERE span.endpoint_id = ${endpointId} AND span.kind = wanted.kind AND span.address = wanted.address
        AND span.vantage = addresses.vantage AND span.first_seen <= LEAST(${at}::timestamptz, addresses.last_seen)
      ORDER BY span.first_seen DESC LIMIT 1
    ) AS piece`;
  return z.array(pieceRow).parse(rows);
}

/** The instant from which on runs saw something that they did not see before. */
export interface RunStart {
  readonly at: Date;
  readonly vantage: string;
  /** What was new: kind of the piece, and its address or ''. */
  readonly pieces: readonly { readonly kind: string; readonly address: string }[];
}

const startRow = z.object({
  at: z.date(),
  vantage: z.string(),
  pieces: z.array(z.object({ kind: z.string(), address: z.string() })),
});

/**
 * Runs of an endpoint that saw something new, the newest first; those between two of them saw the same as the older one.
 * `before`: only older ones.
 */
export async function listRunStarts(
  endpointId: string,
  { before, limit }: { readonly before: Date | null; readonly limit: number },
): Promise<{ readonly starts: readonly RunStart[]; readonly next: Date | null }> {
  const rows = await database().$queryRaw`
    WITH start AS (
      SELECT DISTINCT found.first_seen, found.vantage
      FROM unnest(ARRAY['addresses', 'session', 'tlsa']) AS wanted (kind)
      CROSS JOIN LATERAL (
        SELECT DISTINCT first_seen, vantage FROM observation_span
        WHERE endpoint_id = ${endpointId} AND kind = wanted.kind
          AND (${before}::timestamptz IS NULL OR first_seen < ${before}::timestamptz)
        ORDER BY first_seen DESC, vantage LIMIT ${limit + 1}
      ) AS found
      ORDER BY first_seen DESC, vantage LIMIT ${limit + 1}
    )
    SELECT start.first_seen AS at, start.vantage, (
      SELECT jsonb_agg(jsonb_build_object('kind', kind, 'address', address) ORDER BY kind, address)
      FROM observation_span AS span
      WHERE span.endpoint_id = ${endpointId} AND kind IN ('addresses', 'session', 'tlsa')
        AND span.first_seen = start.first_seen AND span.vantage = start.vantage
    ) AS pieces
    FROM start ORDER BY start.first_seen DESC, start.vantage`;
  const starts = z.array(startRow).parse(rows);
  const page = starts.slice(0, limit);
  return { starts: page, next: starts.length > limit ? (page.at(-1)?.at ?? null) : null };
}

const unchangedRow = z.object({ address: z.string(), since: z.date() });

/** Since when the latest session with each address has shown the same. */
export async function readUnchangedSince(endpointId: string): Promise<ReadonlyMap<string, number>> {
  const rows = await database().$queryRaw`
    SELECT DISTINCT ON (address) address, first_seen AS since FROM observation_span
    WHERE endpoint_id = ${endpointId} AND newest AND kind = 'session' ORDER BY address, last_seen DESC`;
  return new Map(
    z
      .array(unchangedRow)
      .parse(rows)
      .map(({ address, since }) => [address, since.getTime()]),
  );
}
