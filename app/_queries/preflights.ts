import { setTimeout as delay } from 'node:timers/promises';
import { findPreflight, type Preflight } from '#prisma/commands/preflights.ts';
import { database } from './database.ts';

export type PreflightRecord = Preflight;

/** A preflight by its id; null: there is none. */
export function findPreflightRecord(id: string): Promise<PreflightRecord | null> {
  return findPreflight(database(), id);
}

const pollMs = 200;

/** The same once it is answered, or as it is when `waitMs` have passed. */
export async function awaitPreflight(id: string, waitMs: number): Promise<PreflightRecord | null> {
  const end = performance.now() + waitMs;
  for (;;) {
    const found = await findPreflightRecord(id);
    if (found === null || found.finishedAt !== null || performance.now() + pollMs > end) return found;
    await delay(pollMs);
  }
}
