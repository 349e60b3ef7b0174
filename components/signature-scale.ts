const dayMs = 86_400_000;

export interface SignatureScale {
  /** Milliseconds since the epoch. */
  readonly start: number;
  readonly end: number;
  /** Share of the width, 0 to 100; what is outside stands at the edge. */
  readonly percentOf: (at: number) => number;
  /** Round dates to write on the axis, midnight UTC. */
  readonly ticks: readonly number[];
}

/** From a week ago to the last expiration, but at least one week and at most six weeks from now. */
export function signatureScale(expirations: readonly number[], now: number): SignatureScale {
  const start = now - 7 * dayMs;
  const last = expirations.reduce((latest, at) => Math.max(latest, at), now);
  const end = Math.min(now + 42 * dayMs, Math.max(now + 7 * dayMs, last + dayMs));
  const every = Math.ceil((end - start) / dayMs / 6) * dayMs;
  const first = Math.ceil(start / dayMs) * dayMs + Math.floor(every / dayMs / 2) * dayMs;
  const ticks = Array.from({ length: 6 }, (_, index) => first + index * every).filter((at) => at < end - every / 3);
  return {
    start,
    end,
    ticks,
    percentOf: (at) => Math.max(0, Math.min(100, (100 * (at - start)) / (end - start))),
  };
}
