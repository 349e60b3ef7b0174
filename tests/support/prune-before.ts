import type { PruneBefore } from '#workers/store/prune.ts';

/** All history is kept since one instant. */
export function everythingBefore(at: number): PruneBefore {
  const date = new Date(at);
  return { observations: date, incidents: date, reports: date };
}
