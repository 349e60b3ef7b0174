import type { Transaction } from '#prisma/client.ts';
import { nextBaseline } from '#lib/drift/baseline.ts';
import type { Baseline } from '#lib/model/baseline.ts';
import type { EndpointObservation } from '#lib/model/observation.ts';
import { storableJson } from '#lib/model/stored-text.ts';

/**
 * Keeps what an endpoint is compared with: the first look sets it, a change that could be expected moves it. What a
 * person decided since `known` was read stays.
 */
export async function saveBaseline(
  tx: Transaction,
  run: {
    readonly endpointId: string;
    readonly observation: EndpointObservation;
    readonly known: Baseline | undefined;
    readonly mixedAddresses: readonly string[];
    readonly now: number;
  },
): Promise<void> {
  const { endpointId, observation, known, mixedAddresses, now } = run;
  const next = nextBaseline(known, observation, { mixedAddresses, now });
  if (next === null) return;
  const [facts, since] = [storableJson(next), new Date(now)];
  if (known === undefined) {
    await tx.$executeRaw`
      INSERT INTO baseline (endpoint_id, facts, since) VALUES (${endpointId}, ${facts}::jsonb, ${since})
      ON CONFLICT (endpoint_id) DO NOTHING`;
    return;
  }
  await tx.$executeRaw`
    UPDATE baseline SET facts = ${facts}::jsonb, since = ${since}, approved_by = NULL,
      rejected = NULL, rejected_by = NULL, rejected_at = NULL
    WHERE endpoint_id = ${endpointId} AND since = ${new Date(known.since)}
      AND rejected_at IS NOT DISTINCT FROM ${known.rejected === null ? null : new Date(known.rejected.at)}`;
}
