import { z } from 'zod';
import type { Transaction } from '#prisma/client.ts';
import { noteMoves } from '#prisma/commands/incident-causes.ts';
import { causeRow } from '#lib/incidents/causes.ts';
import { explains, type Explainer } from '#lib/incidents/explain.ts';
import { readPlaces } from '#lib/incidents/place-decisions.ts';

const maxMoved = 1000;
/** What our own network breaks was seen only lately. */
const ownFaultMs = 10 * 60 * 1000;

const candidateRow = z.object({
  id: z.string(),
  code: z.string(),
  severity: z.enum(['info', 'warning', 'error', 'critical']),
  host: z.string(),
  affected: z.array(z.string()),
  cause: z.string().nullable(),
  port: z.number().nullable(),
});

/**
 * Hangs what stands open under the incident that explains it since now. One that a run holds at this moment is left out:
 * that run, or its next one, sees for itself.
 */
export async function adopt(
  tx: Transaction,
  { explainer, now }: { readonly explainer: Explainer; readonly now: number },
): Promise<void> {
  const { code, places, rootId, vantage } = explainer;
  const isOwn = vantage !== null && places.length === 0;
  const hosts = places.map(({ host }) => host);
  const zones = causeRow(code).level === 'zone' ? hosts : [];
  const since = new Date(now - ownFaultMs);
  const rows = await tx.$queryRaw`
    SELECT incident.id, code, severity, incident.host, affected, cause, endpoint.port
    FROM incident LEFT JOIN endpoint ON endpoint.id = incident.endpoint_id
    WHERE state IN ('firing', 'acknowledged', 'recovering') AND root_id IS NULL AND incident.id <> ${rootId}
      AND (incident.host = ANY(${hosts}::text[])
        OR EXISTS (SELECT 1 FROM unnest(${zones}::text[]) AS zone(apex) WHERE incident.host LIKE '%.' || apex)
        OR (${isOwn} AND opened_at > ${since}
          AND NOT EXISTS (SELECT 1 FROM worker_heartbeat WHERE vantage <> ${vantage ?? ''})))
    ORDER BY incident.id LIMIT ${maxMoved} FOR NO KEY UPDATE OF incident SKIP LOCKED`;
  const adopted = z
    .array(candidateRow)
    .parse(rows)
    .filter(({ host, port, cause, affected, ...candidate }) => {
      const about = cause === null ? [{ host, port }] : readPlaces(affected);
      return explains(explainer, { ...candidate, places: about, vantage: isOwn ? vantage : null });
    })
    .map(({ id }) => id);
  if (adopted.length === 0) return;
  await tx.incident.updateMany({
    where: { id: { in: adopted } },
    data: { rootId, updatedAt: new Date(now), version: { increment: 1 } },
  });
  await noteMoves(tx, { kind: 'attached', ids: adopted, rootId, now });
}
