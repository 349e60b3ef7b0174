/** How old the last look may be, in milliseconds, before it counts as stale: two intervals and a minute of grace. */
function staleAfterMs(intervalSeconds: number): number {
  return (2 * intervalSeconds + 60) * 1000;
}

export type Freshness = 'never' | 'stale' | 'fresh';

/** Whether what we know still speaks of today. Stale is shown as stale, never green. */
export function freshnessOf(
  lastProbedAt: Date | null,
  context: { readonly now: Date; readonly intervalSeconds: number },
): Freshness {
  if (lastProbedAt === null) return 'never';
  return context.now.getTime() - lastProbedAt.getTime() > staleAfterMs(context.intervalSeconds) ? 'stale' : 'fresh';
}
