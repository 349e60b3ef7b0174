import type { Message } from '#lib/dns/message.ts';
import type { Name } from '#lib/dns/name.ts';
import type { ServerAddress } from '#lib/dns/server-address.ts';
import type { Seen } from '#lib/model/observation.ts';

/** One query to one server, ready to send. */
export interface OutgoingQuery {
  readonly server: ServerAddress;
  readonly id: number;
  readonly name: Name;
  readonly type: number;
  readonly wire: Uint8Array;
  /** `performance.now()` value after which to give up. */
  readonly deadline: number;
  /** Ends the wait early: the program stops. */
  readonly signal: AbortSignal | undefined;
}

/** The message that answered, or why none did (stage `resolve`, reason `timeout` or `dns`). */
export type ExchangeOutcome = Seen<Message>;

/** A lookup that got no usable answer. */
export function unanswered(reason: 'timeout' | 'dns', said: string): ExchangeOutcome & { readonly ok: false } {
  return { ok: false, failure: { stage: 'resolve', reason, said: said.slice(0, 512) } };
}

/** Why nothing came when the program stops. */
export const stopped = 'stopped before an answer came';
