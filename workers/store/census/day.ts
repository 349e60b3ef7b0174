const dayMs = 24 * 60 * 60 * 1000;
const maxKept = 1_000;
const days = new Map<number, string>();

/** The day of a time in milliseconds, UTC, `YYYY-MM-DD`. Kept, since most reports are of the same few days. */
export function dayOf(at: number): string {
  const number = Math.floor(at / dayMs);
  const kept = days.get(number);
  if (kept !== undefined) return kept;
  const day = new Date(number * dayMs).toISOString().slice(0, 10);
  if (days.size >= maxKept) days.clear();
  days.set(number, day);
  return day;
}
