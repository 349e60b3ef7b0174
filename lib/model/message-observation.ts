/*
 * What became of a test message: handed to a submission server, looked for in a mailbox, read and removed. Plain data
 * that survives JSON, as in observation.ts.
 */

/** Why a step was not done. */
export interface MessageFailure {
  /** True: the server answered and said no. False: nobody could tell, e.g. no connection. */
  readonly refused: boolean;
  /** At most 512 characters. Data from a stranger. */
  readonly said: string;
}

export type MessageStep<T> =
  { readonly ok: true; readonly facts: T } | { readonly ok: false; readonly failure: MessageFailure };

export interface FoundMessage {
  /** The Received fields, the latest first, each at most 2,000 characters, unfolded. */
  readonly received: readonly string[];
  /** From the handing over to the sighting. */
  readonly afterMs: number;
}

/** One test message of one mail domain. */
export interface MessageObservation {
  readonly domain: string;
  readonly vantage: string;
  readonly startedAt: number;
  readonly finishedAt: number;
  /** `mail.example.org:465` */
  readonly submission: string;
  readonly mailbox: string;
  readonly sent: MessageStep<{ readonly messageId: string }>;
  /** `facts` null: the mailbox was searched to the end of the time and the message was not there. Null: it was not sent. */
  readonly found: MessageStep<FoundMessage | null> | null;
  /** Whether the message was taken away again; null: it was not found. */
  readonly removed: boolean | null;
}
