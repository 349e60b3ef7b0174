import { database } from './database.ts';

const staleAfterMs = 24 * 3_600_000;

/**
 * When any source told something last, where that is too long ago to speak of today; null: it is not, or nothing ever
 * came, which pages say otherwise. Milliseconds since the epoch.
 */
export async function readStaleReportAt(now: number): Promise<number | null> {
  const { _max } = await database().reportSource.aggregate({ _max: { lastSeenAt: true } });
  const at = _max.lastSeenAt?.getTime() ?? null;
  return at !== null && now - at > staleAfterMs ? at : null;
}
