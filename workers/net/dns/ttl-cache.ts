import { performance } from 'node:perf_hooks';

export interface TtlCache<T> {
  readonly get: (key: string) => T | undefined;
  readonly set: (key: string, value: T, validForMs: number) => void;
  readonly delete: (key: string) => void;
}

export interface TtlCacheOptions<T> {
  /** All entries together; the least recently used go first. */
  readonly maxWeight: number;
  /** 1 by default: `maxWeight` then is a number of entries. */
  readonly weigh?: (value: T) => number;
  /** Milliseconds that never go backwards. */
  readonly now?: () => number;
}

/** Keeps values for a while, in bounded memory. */
export function createTtlCache<T>(options: TtlCacheOptions<T>): TtlCache<T> {
  const { maxWeight, weigh = () => 1, now = () => performance.now() } = options;
  // A map keeps its order: what is used goes to the end.
  const entries = new Map<string, { readonly value: T; readonly validUntil: number; readonly weight: number }>();
  let total = 0;
  const drop = (key: string) => {
    const entry = entries.get(key);
    if (entry === undefined) return;
    entries.delete(key);
    total -= entry.weight;
  };
  return {
    get: (key) => {
      const entry = entries.get(key);
      if (entry === undefined) return undefined;
      if (now() >= entry.validUntil) {
        drop(key);
        return undefined;
      }
      entries.delete(key);
      entries.set(key, entry);
      return entry.value;
    },
    set: (key, value, validForMs) => {
      drop(key);
      const weight = weigh(value);
      if (validForMs <= 0 || weight > maxWeight) return;
      entries.set(key, { value, validUntil: now() + validForMs, weight });
      total += weight;
      for (const oldest of entries.keys()) {
        if (total <= maxWeight) break;
        drop(oldest);
      }
    },
    delete: drop,
  };
}
