/** What every look of a stretch of time found. Milliseconds since the epoch. */
export interface ProofStretch {
  readonly firstSeen: number;
  readonly lastSeen: number;
  readonly holds: boolean;
}

/** Nobody knows what was in a longer pause. */
const longestPauseMs = 86_400_000;

/** Since when every look found it proved, without a long pause up to `now`; null: the latest one did not. */
export function provedSince(stretches: readonly ProofStretch[], now: number): number | null {
  const lastBroken = Math.max(-Infinity, ...stretches.flatMap(({ holds, lastSeen }) => (holds ? [] : [lastSeen])));
  const good = stretches
    .filter(({ holds, lastSeen }) => holds && lastSeen > lastBroken)
    .toSorted((a, b) => b.lastSeen - a.lastSeen);
  let since = now;
  for (const { firstSeen, lastSeen } of good) {
    if (since - lastSeen > longestPauseMs) break;
    since = Math.min(since, firstSeen);
  }
  return good.length === 0 || since === now ? null : Math.max(since, lastBroken);
}
