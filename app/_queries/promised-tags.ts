import type { PromisedTag } from '#lib/census/presumed.ts';
import { database } from './database.ts';

/** Every tag that a host ever advertised, from the ledger: what its clients are presumed to hold. */
export async function readPromisedTags(): Promise<readonly PromisedTag[]> {
  const rows = await database().commitment.findMany({ select: { host: true, tag: true, firstSeen: true } });
  return rows.map(({ host, tag, firstSeen }) => ({ host, tag, firstSeen: firstSeen.getTime() }));
}
