const dayMs = 86_400_000;

/** Spans of time that the picture can show, in days from now. */
export const zoomDays = [30, 90, 365] as const;
export type ZoomDays = (typeof zoomDays)[number];

export interface TimeScale {
  /** Milliseconds since the epoch. */
  readonly start: number;
  readonly end: number;
  /** Share of the width, 0 to 100; what is outside stands at the edge. */
  readonly percentOf: (at: number) => number;
  /** Dates to write on the axis, midnight UTC: first days of months where a year is shown. */
  readonly ticks: readonly number[];
}

/** From a tenth of the span before now to all of it after now. */
export function timeScale(days: ZoomDays, now: number): TimeScale {
  const start = now - (days / 10) * dayMs;
  const end = now + days * dayMs;
  return {
    start,
    end,
    ticks: days === 365 ? monthTicks(start, end) : dayTicks(start, end, days / 6),
    percentOf: (at) => Math.max(0, Math.min(100, (100 * (at - start)) / (end - start))),
  };
}

function dayTicks(start: number, end: number, everyDays: number): readonly number[] {
  const first = Math.ceil(start / dayMs) * dayMs;
  const ticks: number[] = [];
  for (let at = first; at < end; at += everyDays * dayMs) ticks.push(at);
  return ticks;
}

function monthTicks(start: number, end: number): readonly number[] {
  const from = new Date(start);
  const ticks: number[] = [];
  for (let month = from.getUTCMonth() + 1; ; month += 2) {
    const at = Date.UTC(from.getUTCFullYear(), month, 1);
    if (at >= end) return ticks;
    ticks.push(at);
  }
}
