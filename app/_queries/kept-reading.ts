import { logError } from '#app/_api/log-error.ts';

/** Something that was read, and when; `readAt` in milliseconds since the epoch. */
export interface Reading<T> {
  readonly value: T;
  readonly readAt: number;
}

export interface KeptReading<T> {
  /** The value, at most `usableForMs` old. Many may ask at once: it is read once for all of them. */
  readonly read: (now: Date) => Promise<Reading<T>>;
  /** Reads it now. */
  readonly refresh: (now: Date) => Promise<Reading<T>>;
}

export interface KeptReadingOptions {
  readonly what: string;
  readonly keptForMs: number;
  readonly usableForMs: number;
  /**
   * Something that is quick to read and without which no value is worth showing: when it changes, nobody gets a value
   * from before. For what people do and look for at once; what only arrives may wait until the value is too old.
   */
  readonly standsOn?: () => Promise<number>;
}

interface Loading<T> {
  readonly basis: number;
  readonly reading: Promise<Reading<T>>;
}

/**
 * Keeps in this process what is too much to read for every page. A value older than `keptForMs` is read anew: who asks
 * gets the old one meanwhile, unless that is older than `usableForMs`. Whoever shows it shows its age.
 */
export function keepReading<T>(
  load: (now: Date) => Promise<T>,
  { what, keptForMs, usableForMs, standsOn = () => Promise.resolve(0) }: KeptReadingOptions,
): KeptReading<T> {
  let kept: { readonly basis: number; readonly reading: Reading<T> } | null = null;
  let loading: Loading<T> | null = null;

  function start(now: Date, basis: number): Loading<T> {
    const started: Loading<T> = {
      basis,
      reading: loadOnce(now, basis).finally(() => {
        if (loading === started) loading = null;
      }),
    };
    loading = started;
    return started;
  }

  /** While it cannot be read, nothing is known to have changed: a value is then as good as its age. */
  async function readBasis(): Promise<number> {
    try {
      return await standsOn();
    } catch (error) {
      logError(`what ${what} stands on could not be read`, { error });
      return kept?.basis ?? 0;
    }
  }

  async function loadOnce(now: Date, basis: number): Promise<Reading<T>> {
    const reading = { value: await load(now), readAt: now.getTime() };
    kept = { basis, reading };
    return reading;
  }

  return {
    // The basis is read first: what changes during the load makes the value void, not wrong.
    refresh: async (now) => start(now, await readBasis()).reading,
    read: async (now) => {
      const basis = await readBasis();
      const usable = kept?.basis === basis ? kept.reading : null;
      const ageMs = usable === null ? Number.POSITIVE_INFINITY : Math.abs(now.getTime() - usable.readAt);
      if (usable !== null && ageMs < keptForMs) return usable;
      const { reading } = loading?.basis === basis ? loading : start(now, basis);
      if (usable === null || ageMs >= usableForMs) return reading;
      // Nobody waits for it: when it fails, the next one who asks tries again.
      reading.catch((error: unknown) => {
        logError(`${what} could not be read`, { error });
      });
      return usable;
    },
  };
}
