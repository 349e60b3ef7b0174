import type { DnsQuestion, DnsReply } from '#lib/dnssec/steps.ts';

export interface ResolveOptions {
  /** `performance.now()` value after which to give up. */
  readonly deadline: number;
  /** Ends the wait early: the program stops. */
  readonly signal?: AbortSignal | undefined;
  /** Asks again, whatever is remembered. */
  readonly fresh?: boolean;
  /** Authoritative servers (`address:port`) to ask only when no other one is left. */
  readonly avoid?: ReadonlySet<string>;
}

/** Asks DNS for what a validator needs: with DO, and without anybody else's validation. */
export type Resolve = (question: DnsQuestion, options: ResolveOptions) => Promise<DnsReply>;
