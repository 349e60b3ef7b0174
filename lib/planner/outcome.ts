/** Reports of broken latches at the hosts of a plan, in the day before it was carried out and in the time after. */
export interface OutcomeCounts {
  readonly before: number;
  readonly after: number;
}

export interface PlanOutcome extends OutcomeCounts {
  /**
   * `running`: the day after is not over. `more-failures`: more than chance explains. `nothing-reported`: neither before
   * nor after, which is what good news and silence both look like.
   */
  readonly state: 'running' | 'more-failures' | 'no-more-than-before' | 'nothing-reported';
  /** Of the day after that has passed, in milliseconds. */
  readonly measuredMs: number;
}

const dayMs = 86_400_000;
/** Standard deviations: with many plans, one in a thousand is wrong by chance. */
const surprise = 3.1;

/** What became of a change. Instants in milliseconds since the epoch. */
export function measureOutcome(
  { before, after }: OutcomeCounts,
  { carriedOutAt, now }: { readonly carriedOutAt: number; readonly now: number },
): PlanOutcome {
  const measuredMs = Math.max(0, Math.min(dayMs, now - carriedOutAt));
  const expected = (before * measuredMs) / dayMs;
  // Both counts vary by chance. The 1 keeps a single report from being a surprise.
  const margin = surprise * Math.sqrt(expected * (1 + measuredMs / dayMs) + 1);
  const counts = { before, after, measuredMs };
  if (after > expected + margin) return { ...counts, state: 'more-failures' };
  if (measuredMs < dayMs) return { ...counts, state: 'running' };
  return { ...counts, state: before + after === 0 ? 'nothing-reported' : 'no-more-than-before' };
}
