/** When what happened to an incident. Milliseconds since the epoch. */
export interface IncidentMoments {
  /** The last look that was still good; null: there was none, or it is not kept. */
  readonly lastGoodAt: number | null;
  readonly firstSeen: number;
  /** When it was confirmed and people were told. */
  readonly openedAt: number | null;
  /** When somebody took it first. */
  readonly acknowledgedAt: number | null;
  readonly resolvedAt: number | null;
}

/** Lengths of time in milliseconds; null: it did not come to that. */
export interface IncidentTimes {
  readonly durationMs: number | null;
  /** From the first sight to the confirmation. */
  readonly detectMs: number | null;
  /** From the last good look: it cannot have been there for longer unseen. */
  readonly detectAtMostMs: number | null;
  readonly acknowledgeMs: number | null;
}

/** How long an incident lasted, and how long it took until it was seen and until somebody took it. */
export function incidentTimes(moments: IncidentMoments): IncidentTimes {
  const { lastGoodAt, firstSeen, openedAt, acknowledgedAt, resolvedAt } = moments;
  return {
    durationMs: lengthOf(firstSeen, resolvedAt),
    detectMs: lengthOf(firstSeen, openedAt),
    detectAtMostMs: lastGoodAt === null ? null : lengthOf(lastGoodAt, openedAt),
    acknowledgeMs: openedAt === null ? null : lengthOf(openedAt, acknowledgedAt),
  };
}

/** Clocks of several machines wrote these: never less than nothing. */
function lengthOf(from: number, to: number | null): number | null {
  return to === null ? null : Math.max(0, to - from);
}
