import { logError } from '#app/_api/log-error.ts';

/** Something that was read, and when; `readAt` in milliseconds since the epoch. */
export interface Reading<T> {
  readonly value: T;
  readonly readAt: number;
}

export interface KeptReading<T> {
  /** The value, at most `keptForMs` old. Many may ask at once: it is read once for all of them. */
  readonly read: (now: Date) => Promise<Reading<T>>;
  /** Reads it now. */
  readonly refresh: (now: Date) => Promise<Reading<T>>;
}

/**
 * Keeps in this process what is too much to read for every page. A value older than `keptForMs` is read anew: who asks
 * gets the old one meanwhile, unless that is older than `usableForMs`. Whoever shows it shows its age.
 */
export function keepReading<T>(
  load: (now: Date) => Promise<T>,
  { what, keptForMs, usableForMs }: { readonly what: string; readonly keptForMs: number; readonly usableForMs: number },
): KeptReading<T> {
  let kept: Reading<T> | null = null;
  let loading: Promise<Reading<T>> | null = null;

  async function loadOnce(now: Date): Promise<Reading<T>> {
    try {
      const reading = { value: await load(now), readAt: now.getTime() };
      kept = reading;
      return reading;
    } finally {
      loading = null;
    }
  }

  return {
    refresh: loadOnce,
    read: async (now) => {
      const ageMs = kept === null ? Number.POSITIVE_INFINITY : Math.abs(now.getTime() - kept.readAt);
      if (kept !== null && ageMs < keptForMs) return kept;
      loading ??= loadOnce(now);
      if (kept === null || ageMs >= usableForMs) return loading;
      // Nobody waits for it: when it fails, the next one who asks tries again.
      loading.catch((error: unknown) => {
        logError(`${what} could not be read`, { error });
      });
      return kept;
    },
  };
}
