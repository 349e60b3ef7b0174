import { z } from 'zod';
import { scanChecks } from '#lib/checks/registry.ts';
import type { Transaction } from '../client.ts';

const maxReleased = 1000;
/** What only a deep scan sees. */
const scanCodes = scanChecks.flatMap(({ findings }) => findings.map(({ code }) => code));

/**
 * Lets one transaction at a time change what belongs to a cause, until it ends. `dedupKeys` are those of the incidents
 * that subjects share. Sorted, so that two that want the same causes never wait for each other. Call it before such an
 * incident is read.
 */
export async function lockCauses(tx: Transaction, dedupKeys: readonly string[]): Promise<void> {
  for (const key of [...new Set(dedupKeys)].toSorted()) {
    await tx.$queryRaw`SELECT pg_advisory_xact_lock(hashtextextended(${`cause ${key}`}, 0))::text`;
  }
}

const releasedRow = z.object({ id: z.string(), root_id: z.string() });

/**
 * Lets go of what ended incidents explained: it is looked at again at once, and told when it is still there. What a run
 * holds at this moment lets go of itself.
 */
export async function releaseExplained(
  tx: Transaction,
  { rootIds, now }: { readonly rootIds: readonly string[]; readonly now: number },
): Promise<void> {
  if (rootIds.length === 0) return;
  const rows = await tx.$queryRaw`
    SELECT id, root_id FROM incident
    WHERE root_id = ANY(${[...rootIds]}::text[]) AND state IN ('firing', 'acknowledged', 'recovering')
    ORDER BY id LIMIT ${maxReleased} FOR NO KEY UPDATE SKIP LOCKED`;
  const released = z.array(releasedRow).parse(rows);
  if (released.length === 0) return;
  const ids = released.map(({ id }) => id);
  await tx.incident.updateMany({
    where: { id: { in: ids } },
    data: { rootId: null, updatedAt: new Date(now), version: { increment: 1 } },
  });
  for (const rootId of new Set(released.map((row) => row.root_id))) {
    const own = released.filter((row) => row.root_id === rootId).map(({ id }) => id);
    await noteMoves(tx, { kind: 'detached', ids: own, rootId, now });
  }
  // A subject that is being written about at this moment was looked at just now.
  await tx.$executeRaw`
    UPDATE task SET due_at = LEAST(due_at, now()), again = again OR lease_until IS NOT NULL WHERE id IN (
      SELECT task.id FROM task JOIN incident ON (kind = 'probe' AND ref = endpoint_id)
        OR (kind = 'scan' AND ref = endpoint_id AND code = ANY(${[...scanCodes]}::text[]))
        OR (kind = 'discover' AND ref = domain_id) OR (kind = 'zone' AND ref = zone_id)
      WHERE incident.id = ANY(${ids}::text[]) OR (incident.root_id = ANY(${ids}::text[]) AND state <> 'resolved')
      FOR NO KEY UPDATE OF task SKIP LOCKED)`;
}

/** Writes down that incidents began or ceased to hang under another. */
export async function noteMoves(
  tx: Transaction,
  moved: {
    readonly kind: 'attached' | 'detached';
    readonly ids: readonly string[];
    readonly rootId: string;
    readonly now: number;
  },
): Promise<void> {
  const { kind, ids, rootId, now } = moved;
  await tx.incidentEvent.createMany({
    data: ids.map((incidentId) => ({
      ...{ incidentId, kind, at: new Date(now), actor: 'latchwatch', data: { root: rootId } },
    })),
  });
}
