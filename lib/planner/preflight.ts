/*
 * Whether a change may go ahead now: asked by a deploy hook or a pipeline a moment before it is made. What each kind of
 * change comes to is told by modules of their own; here is what they have in common.
 */

export const preflightVerdicts = ['pass', 'warn', 'block', 'unknown'] as const;
export type PreflightVerdict = (typeof preflightVerdicts)[number];

/** One thing that was looked at. */
export interface PreflightReason {
  readonly verdict: PreflightVerdict;
  /** Stable, for programs. */
  readonly code: string;
  /** What it is and what it means, in plain sentences. May quote strangers. */
  readonly text: string;
  /** What to do; null where there is nothing to do. */
  readonly fix: string | null;
}

export interface PreflightAnswer {
  readonly verdict: PreflightVerdict;
  /** Clients known to hold a latch that the change breaks; null: nobody counted. */
  readonly breaks: number | null;
  /** Clients that may hold one. */
  readonly atRisk: number | null;
  /** Share of logins, 0 to 1, whose clients cannot report; null: nobody counted. */
  readonly unknownShare: number | null;
  /** Worst first. */
  readonly reasons: readonly PreflightReason[];
  /** When what blocks now will have passed by waiting alone; null: nothing blocks, or waiting does not help. Milliseconds since the epoch. */
  readonly earliestSafe: number | null;
  /** Until when the answer may be relied on. */
  readonly expiresAt: number;
}

/** The answer to one change before it is put beside others. */
export type PreflightPart = Omit<PreflightAnswer, 'verdict'>;

const rank: Readonly<Record<PreflightVerdict, number>> = { block: 0, unknown: 1, warn: 2, pass: 3 };

/** The worst of some verdicts; `pass` where there are none. */
function worstPreflight(verdicts: readonly PreflightVerdict[]): PreflightVerdict {
  return verdicts.toSorted((a, b) => rank[a] - rank[b])[0] ?? 'pass';
}

/** Puts the answers to several changes, or to one change at several places, together. `parts` has at least one. */
export function joinPreflight(parts: readonly PreflightPart[]): PreflightAnswer {
  const reasons = parts.flatMap((part) => part.reasons);
  const sum = (counts: readonly (number | null)[]): number | null =>
    counts.reduce((total, count) => (total === null || count === null ? null : total + count), 0);
  const shares = parts.flatMap(({ unknownShare }) => unknownShare ?? []);
  const waits = parts.map(({ earliestSafe }) => earliestSafe);
  const blocked = parts.filter((part) => part.reasons.some(({ verdict }) => verdict === 'block'));
  const passesByWaiting = blocked.length > 0 && blocked.every(({ earliestSafe }) => earliestSafe !== null);
  return {
    verdict: worstPreflight(reasons.map(({ verdict }) => verdict)),
    // One account may be counted at several places: this is the most it can be.
    breaks: sum(parts.map(({ breaks }) => breaks)),
    atRisk: sum(parts.map(({ atRisk }) => atRisk)),
    unknownShare: shares.length === 0 ? null : Math.max(...shares),
    reasons: reasons.toSorted((a, b) => rank[a.verdict] - rank[b.verdict]),
    earliestSafe: passesByWaiting ? Math.max(...waits.flatMap((at) => at ?? [])) : null,
    expiresAt: Math.min(...parts.map(({ expiresAt }) => expiresAt)),
  };
}

/** Exit status of `latchwatch preflight`. */
export function preflightStatus(verdict: PreflightVerdict): 0 | 1 | 2 | 3 {
  switch (verdict) {
    case 'pass':
      return 0;
    case 'warn':
      return 1;
    case 'block':
      return 2;
    case 'unknown':
      return 3;
  }
}
