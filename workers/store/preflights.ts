import type { Transaction } from '#prisma/client.ts';
import { findPreflight } from '#prisma/commands/preflights.ts';
import type { PreflightRequest } from '#lib/planner/preflight-request.ts';

/** A request that waits for its answer; null: it has one, or is not there. */
export async function loadPreflight(db: Transaction, id: string): Promise<PreflightRequest | null> {
  const found = await findPreflight(db, id);
  return found === null || found.finishedAt !== null ? null : found.request;
}
