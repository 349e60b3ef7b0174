/** Requests that one token, or one person, may make a minute. */
export const requestsPerMinute = 600;

const windowMs = 60_000;
/** More who ask within a minute than this are not told apart: the oldest are forgotten. */
const maxCallers = 10_000;

export interface RateState {
  readonly allowed: boolean;
  readonly remaining: number;
  /** Whole seconds until the count begins anew. */
  readonly resetSeconds: number;
}

/**
 * Counts requests by caller, in the memory of this process: a limit against a poller gone wild, which need not survive
 * a restart and must not cost a write with every read. Several consoles allow that many each.
 */
export class RateLimiter {
  readonly #windows = new Map<string, { readonly since: number; count: number }>();
  readonly #limit: number;

  constructor(limit: number = requestsPerMinute) {
    this.#limit = limit;
  }

  /** Counts one request. `now` in milliseconds, of any clock. */
  take(caller: string, now: number): RateState {
    let window = this.#windows.get(caller);
    if (window === undefined || now - window.since >= windowMs || now < window.since) {
      this.#windows.delete(caller);
      if (this.#windows.size >= maxCallers) this.#forgetOldest();
      window = { since: now, count: 0 };
      this.#windows.set(caller, window);
    }
    window.count += 1;
    return {
      allowed: window.count <= this.#limit,
      remaining: Math.max(0, this.#limit - window.count),
      resetSeconds: Math.ceil((window.since + windowMs - now) / 1000),
    };
  }

  #forgetOldest(): void {
    const [oldest] = this.#windows.keys();
    if (oldest !== undefined) this.#windows.delete(oldest);
  }
}

/** The one of this process. */
export const limiter = new RateLimiter();

/** Headers that tell a caller how much is left (draft-ietf-httpapi-ratelimit-headers-06). */
export function rateHeaders({ remaining, resetSeconds }: RateState): Readonly<Record<string, string>> {
  return {
    'ratelimit-limit': String(requestsPerMinute),
    'ratelimit-remaining': String(remaining),
    'ratelimit-reset': String(resetSeconds),
  };
}
