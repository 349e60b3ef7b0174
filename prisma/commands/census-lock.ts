import type { Transaction } from '../client.ts';

/** Key of Postgres' advisory lock over the census. */
export const censusLockKey = 8_460_001;

/**
 * Waits until no other transaction writes the census, and keeps others out until this one ends. Rows of `latch_holder`
 * and their counts in the cube change together: whoever writes them holds this first.
 */
export async function lockCensus(tx: Transaction): Promise<void> {
  await tx.$queryRaw`SELECT pg_advisory_xact_lock(${censusLockKey}::bigint)::text`;
}
