import type { Subject } from './finding.ts';

/**
 * A security tag that a host ever advertised (draft section 5.1), as one of its services had it. The promise is the
 * host's: clients that latched the tag require it of every service of that host from then on, whatever is advertised
 * later. So there is one of these for each service that advertised the tag, as evidence, and none ever goes away.
 */
export interface Commitment {
  /** A-label form, lower case, without final dot: the name that clients connect to. */
  readonly host: string;
  /** Lower case. */
  readonly tag: string;
  /** When this service advertised it first and last, in milliseconds since the epoch; the last is exact to the hour. */
  readonly firstSeen: number;
  readonly lastSeen: number;
  /** The service, and the address where it was seen last. */
  readonly seenAt: Extract<Subject, { readonly kind: 'endpoint' }>;
  /** Who decided to advertise it, as an operator wrote it down; null: nobody did. */
  readonly decidedBy: string | null;
}
