import type { Clock } from '#workers/ports.ts';

/** A clock that stands until it is told otherwise, and may go backwards. */
export interface SettableClock extends Clock {
  advance(ms: number): void;
  set(now: number): void;
}

export function createSettableClock(start = Date.UTC(2026, 10, 24, 12)): SettableClock {
  let now = start;
  return {
    now: () => now,
    advance: (ms) => (now += ms),
    set: (to) => (now = to),
  };
}
