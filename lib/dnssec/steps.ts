import type { Message } from '../dns/message.ts';
import type { Name } from '../dns/name.ts';
import type { Seen } from '../model/observation.ts';

/** A question that validation needs an answer to, with DO set and without anybody else's validation (CD). */
export interface DnsQuestion {
  readonly name: Name;
  /** Number of the record type; the class is always IN. */
  readonly type: number;
}

/** An answer, whatever its rcode, and who sent it (`address:port`). A failure has the stage `resolve`. */
export type DnsReply = Seen<{ readonly message: Message; readonly server: string }>;

/**
 * Work that needs answers from DNS and does no I/O: it yields a question, gets the reply, and returns `T` in the end.
 * Whoever runs it decides where questions go.
 */
export type Steps<T> = Generator<DnsQuestion, T, DnsReply>;
