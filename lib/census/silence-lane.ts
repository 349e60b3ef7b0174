/*
 * Who is cut off on the way to a server cannot report it. What shows is that reports which come every day at this hour do
 * not come. A shipper of logs that stopped looks the same, so this is for people to look at and wakes nobody.
 */

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
/** Usual is the median of the same hour of these days. */
const comparedDays = 14;
/** With fewer of them nothing is usual yet. */
const fewestDays = 5;
/** Below that, a quiet hour is chance. */
const fewestExpected = 20;
const quietShare = 1 / 3;
/** A running hour says nothing before. */
const shortestShare = 0.25;

export interface SilenceCell {
  /** Reports that are usual by now in this hour; null: not known. */
  readonly expected: number | null;
  readonly seen: number;
  /** `unknown`: too little is known to say. */
  readonly state: 'usual' | 'quiet' | 'unknown';
}

/** Begins of the hours of a lane, the oldest first; the last one is running. */
export function laneHours(now: number, count: number): readonly number[] {
  const last = Math.floor(now / hourMs) * hourMs;
  return Array.from({ length: count }, (_, index) => last - (count - 1 - index) * hourMs);
}

/** How far back `silenceLane` compares, in milliseconds before the first hour of the lane. */
export const laneHistoryMs = comparedDays * dayMs;

/**
 * One lane: what came in each of `hours` beside what is usual at that hour of the day. `counts` by begin of the hour, in
 * milliseconds since the epoch; an hour that is missing had none. `since` is when anything came for the first time.
 */
export function silenceLane(
  counts: ReadonlyMap<number, number>,
  { hours, since, now }: { readonly hours: readonly number[]; readonly since: number; readonly now: number },
): readonly SilenceCell[] {
  return hours.map((hour) => {
    const seen = counts.get(hour) ?? 0;
    const days = Array.from({ length: comparedDays }, (_, index) => hour - (index + 1) * dayMs);
    const before = days.filter((day) => day >= since).map((day) => counts.get(day) ?? 0);
    const share = Math.min(1, (now - hour) / hourMs);
    if (before.length < fewestDays || share < shortestShare) return { expected: null, seen, state: 'unknown' };
    const expected = median(before) * share;
    const quiet = expected >= fewestExpected && seen < expected * quietShare;
    return { expected, seen, state: quiet ? 'quiet' : 'usual' };
  });
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const [low, high] = [sorted[middle - 1] ?? 0, sorted[middle] ?? 0];
  return sorted.length % 2 === 0 ? (low + high) / 2 : high;
}
