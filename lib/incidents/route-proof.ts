import type { RouteKind } from '../model/alert-route.ts';

/** A test message of a route, as the database keeps it. Instants in milliseconds since the epoch. */
export interface RouteProof {
  /** A mail address or a URL. */
  readonly recipient: string;
  readonly createdAt: number;
  /** Null: it did not go out. */
  readonly sentAt: number | null;
  readonly error: string | null;
  /** When somebody said that it had arrived. */
  readonly confirmedAt: number | null;
}

/** How one receiver of a route stands. */
export interface RecipientProof {
  readonly recipient: string;
  readonly sentAt: number | null;
  readonly confirmedAt: number | null;
  /** Why the last test did not go out; null: it did, or there was none. */
  readonly error: string | null;
}

export interface RouteStanding {
  readonly recipients: readonly RecipientProof[];
  /**
   * When it was last shown that alerts arrive: somebody confirmed it, or the receiver of a webhook took a test. Null:
   * never.
   */
  readonly provenAt: number | null;
  /** True: not for more than eight days, or not within eight days of its making. */
  readonly overdue: boolean;
}

const dayMs = 86_400_000;
const firstAfterMs = dayMs / 24;
const overdueAfterMs = 8 * dayMs;
/** A link that is older proves too little: a newer test went out since. */
export const proofLifetimeMs = 8 * dayMs;

/** How well a route is proved. `proofs`: of this route, in any order. */
export function routeStanding(input: {
  readonly kind: RouteKind;
  /** Whom it tells now. */
  readonly recipients: readonly string[];
  readonly proofs: readonly RouteProof[];
  readonly createdAt: number;
  readonly now: number;
}): RouteStanding {
  const { kind, proofs, createdAt, now } = input;
  const recipients = input.recipients.map((recipient): RecipientProof => {
    const own = proofs.filter((proof) => proof.recipient === recipient);
    const last = own.toSorted((a, b) => a.createdAt - b.createdAt).at(-1);
    return {
      recipient,
      sentAt: latest(own.map(({ sentAt }) => sentAt)),
      confirmedAt: latest(own.map(({ confirmedAt }) => confirmedAt)),
      error: last?.error ?? null,
    };
  });
  // That a relay took a mail says nothing of the mailbox behind it; who answers a webhook is the receiver.
  const provenAt = latest(
    recipients.flatMap(({ sentAt, confirmedAt }) => (kind === 'mail' ? [confirmedAt] : [confirmedAt, sentAt])),
  );
  return { recipients, provenAt, overdue: now - (provenAt ?? createdAt) > overdueAfterMs };
}

/**
 * Whether a test is to go out by itself: mail once a week, a webhook once a day; what did not go out is tried with the
 * next look. Who makes a route has an hour to get it right, and a button to test it.
 */
export function isProofDue(
  { sentAt }: RecipientProof,
  { kind, createdAt, now }: { readonly kind: RouteKind; readonly createdAt: number; readonly now: number },
): boolean {
  if (sentAt === null) return now - createdAt >= firstAfterMs;
  const everyMs = kind === 'mail' ? 7 * dayMs : dayMs;
  // A test from the future is from before the clock was set back.
  return sentAt > now || now - sentAt >= everyMs;
}

function latest(instants: readonly (number | null)[]): number | null {
  return instants.reduce((a, b) => (a === null || (b !== null && b > a) ? b : a), null);
}
