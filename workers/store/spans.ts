import { z } from 'zod';
import type { Transaction } from '#prisma/client.ts';
import type { CertificateSet, SpanPiece } from '#lib/model/span.ts';
import { storableJson } from '#lib/model/stored-text.ts';
import { saveCertificates, savePlaces } from './certificates.ts';
import { createUlid } from './ulid.ts';

/**
 * How old the evidence of an unchanged span may get, in milliseconds: transcripts and DNS messages of every run would make
 * the database grow with time. What is judged is always the run itself.
 */
const evidenceAgeMs = 60 * 60 * 1000;

/** Exactly one of the three is set. */
export interface SpanOwner {
  readonly endpointId: string | null;
  readonly domainId: string | null;
  readonly zoneId: string | null;
}

const latestRow = z.object({
  kind: z.string(),
  address: z.string(),
  id: z.string(),
  hash: z.string(),
  last_seen: z.date(),
  evidence_at: z.date(),
});

/**
 * Stores what a run saw. A piece that has not changed extends its latest span, and now and then replaces its evidence;
 * one that has changed begins a span. All pieces of a run get the same instant, which is always later than the last.
 * Gives the pieces that changed.
 */
export async function saveSpans(
  tx: Transaction,
  run: SpanOwner & {
    readonly vantage: string;
    readonly pieces: readonly SpanPiece[];
    readonly certificates: CertificateSet;
    readonly seenAt: number;
  },
): Promise<readonly ChangedPiece[]> {
  const latest = await loadLatest(tx, run);
  const seenAt = new Date(Math.max(run.seenAt, ...latest.map((row) => row.last_seen.getTime() + 1)));
  const unchanged: { readonly id: string; readonly evidence: unknown; readonly aged: boolean }[] = [];
  const changed: (SpanPiece & { readonly id: string })[] = [];
  const changes: ChangedPiece[] = [];
  const outlived: string[] = [];
  for (const piece of run.pieces) {
    const before = latest.find((row) => row.kind === piece.kind && row.address === piece.address);
    if (before?.hash === piece.hash) {
      const aged = seenAt.getTime() - before.evidence_at.getTime() >= evidenceAgeMs;
      unchanged.push({ id: before.id, evidence: piece.evidence, aged });
    } else {
      if (before !== undefined) outlived.push(before.id);
      changed.push({ ...piece, id: createUlid(seenAt.getTime()) });
      changes.push({ kind: piece.kind, address: piece.address, isFirst: before === undefined });
    }
  }
  if (unchanged.length > 0) {
    await tx.$executeRaw`
      UPDATE observation_span SET last_seen = ${seenAt}, runs = runs + 1 WHERE id = ANY(${unchanged.map(({ id }) => id)}::text[])`;
  }
  // What is kept of a run belongs together: where one piece changes, the others get the evidence of the same run.
  const refreshed = unchanged.filter(({ aged }) => aged || changed.length > 0);
  if (refreshed.length > 0) {
    await tx.$executeRaw`
      UPDATE observation_span AS span SET evidence = item.evidence, evidence_at = ${seenAt}
      FROM jsonb_to_recordset(${storableJson(refreshed.map(({ id, evidence }) => ({ id, evidence })))}::jsonb) AS item(id text, evidence jsonb)
      WHERE span.id = item.id`;
  }
  if (changed.length === 0) return changes;
  await saveCertificates(tx, run.certificates, seenAt);
  if (outlived.length > 0)
    await tx.$executeRaw`UPDATE observation_span SET newest = false WHERE id = ANY(${outlived}::text[])`;
  await tx.$executeRaw`
    INSERT INTO observation_span
      (id, endpoint_id, domain_id, zone_id, kind, address, vantage, hash, facts, evidence, first_seen, last_seen,
       evidence_at)
    SELECT id, ${run.endpointId}, ${run.domainId}, ${run.zoneId}, kind, address, ${run.vantage}, hash, facts, evidence,
      ${seenAt}, ${seenAt}, ${seenAt}
    FROM jsonb_to_recordset(${storableJson(changed)}::jsonb)
      AS item(id text, kind text, address text, hash text, facts jsonb, evidence jsonb)`;
  if (run.endpointId !== null) await savePlaces(tx, { ...run, endpointId: run.endpointId, seenAt });
  return changes;
}

/** A piece that is not what it was. */
export interface ChangedPiece extends Pick<SpanPiece, 'kind' | 'address'> {
  /** Nothing of this kind was kept before. */
  readonly isFirst: boolean;
}

async function loadLatest(
  tx: Transaction,
  run: SpanOwner & { readonly vantage: string; readonly pieces: readonly SpanPiece[] },
): Promise<readonly z.infer<typeof latestRow>[]> {
  const wanted = storableJson(run.pieces.map(({ kind, address }) => ({ kind, address })));
  const rows =
    run.endpointId === null
      ? await tx.$queryRaw`
          SELECT kind, address, id, hash, last_seen, evidence_at FROM observation_span
          WHERE (domain_id = ${run.domainId} OR zone_id = ${run.zoneId}) AND kind = ANY(${run.pieces.map(({ kind }) => kind)}::text[])
            AND newest AND vantage = ${run.vantage}
          ORDER BY last_seen DESC, id DESC LIMIT 1`
      : await tx.$queryRaw`
          SELECT kind, address, id, hash, last_seen, evidence_at FROM observation_span
          WHERE endpoint_id = ${run.endpointId} AND newest AND vantage = ${run.vantage}
            AND (kind, address) IN (SELECT kind, address FROM jsonb_to_recordset(${wanted}::jsonb) AS item(kind text, address text))
          ORDER BY last_seen DESC, id DESC`;
  return z.array(latestRow).parse(rows);
}
