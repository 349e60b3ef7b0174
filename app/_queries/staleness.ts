import { silentGuessPauseMs, silentGuessVerdict } from '#lib/checks/silent-guess.ts';
import { readWebSettings } from '#app/_auth/web-settings.ts';

/** How old the last look may be, in milliseconds, before it counts as stale: two intervals and a minute of grace. A guess that never answered is looked at less often. */
function staleAfterMs(intervalSeconds: number, lastVerdict: string | null): number {
  const intervalMs = intervalSeconds * 1000;
  return 2 * (lastVerdict === silentGuessVerdict ? silentGuessPauseMs(intervalMs) : intervalMs) + 60_000;
}

export type Freshness = 'never' | 'stale' | 'fresh';

/** Whether what we know still speaks of today. Stale is shown as stale, never green. */
export function freshnessOf(
  lastProbedAt: Date | null,
  context: { readonly now: Date; readonly intervalSeconds: number; readonly lastVerdict: string | null },
): Freshness {
  if (lastProbedAt === null) return 'never';
  const { now, intervalSeconds, lastVerdict } = context;
  return now.getTime() - lastProbedAt.getTime() > staleAfterMs(intervalSeconds, lastVerdict) ? 'stale' : 'fresh';
}

/**
 * The same for a whole table at once: what was last looked at before these is stale. `guess` is for guesses that never
 * answered, `usual` for everything else.
 */
export function freshSince(now: Date): { readonly usual: Date; readonly guess: Date } {
  const { intervalSeconds } = readWebSettings();
  const before = (lastVerdict: string | null) => new Date(now.getTime() - staleAfterMs(intervalSeconds, lastVerdict));
  return { usual: before(null), guess: before(silentGuessVerdict) };
}
