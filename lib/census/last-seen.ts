const dayMs = 86_400_000;

/** Upper ends of the ranges in which pages tell when clients were last seen, in days. */
export const lastSeenDays = [7, 30, 90, 180, 400] as const;
/** The first range that holds the age; null: beyond all. */
export type LastSeenRange = (typeof lastSeenDays)[number] | null;

/**
 * Days since clients of a week (its Monday, `YYYY-MM-DD`) were last seen, counted from its Sunday: at least so many, and up
 * to six more. Never under 0, whatever a sender's clock says.
 */
export function daysSinceWeek(week: string, now: number): number {
  return Math.max(0, Math.floor((now - endOfWeek(week)) / dayMs));
}

/** The Sunday of a week, in milliseconds since the epoch. */
export function endOfWeek(week: string): number {
  return Date.parse(week) + 6 * dayMs;
}

export function lastSeenRange(ageDays: number): LastSeenRange {
  return lastSeenDays.find((days) => ageDays <= days) ?? null;
}
