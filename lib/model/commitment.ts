import type { Subject } from './finding.ts';

/**
 * A security tag that a host ever advertised (draft section 5.1). Clients that latched it require it of that host from
 * then on, whatever the host advertises later: the row never goes away.
 */
export interface Commitment {
  /** A-label form, lower case, without final dot: the name that clients connect to. */
  readonly host: string;
  /** Lower case. */
  readonly tag: string;
  /** Milliseconds since the epoch. */
  readonly firstSeen: number;
  readonly lastSeen: number;
  /** Endpoint and address where it was seen last: evidence, not part of the key. */
  readonly seenAt: Extract<Subject, { readonly kind: 'endpoint' }>;
  /** Who decided to advertise it, as an operator wrote it down; null: nobody did. */
  readonly decidedBy: string | null;
}
