/** Who sends reports, as pages show it. Times are milliseconds since the epoch. */
export interface SourceItem {
  readonly id: string;
  readonly name: string;
  /** CIDR blocks; empty: from anywhere. */
  readonly addresses: readonly string[];
  /** Empty: any host. */
  readonly hosts: readonly string[];
  readonly perSecond: number;
  readonly createdAt: number;
  readonly createdBy: string;
  /** Until when the token before the last exchange opens; null: it was never exchanged. */
  readonly oldTokenUntil: number | null;
  readonly lastSeenAt: number | null;
  readonly ended: SourceEnd | null;
  readonly recent: RecentReports;
}

type SourceEnd =
  | { readonly how: 'revoked'; readonly at: number; readonly by: string }
  | { readonly how: 'withdrawn'; readonly at: number; readonly by: string; readonly reason: string };

/** What came in this hour and the one before it. */
export interface RecentReports {
  readonly since: number;
  readonly accepted: number;
  readonly rejected: number;
  /** Of our own probes: taken, and not counted. */
  readonly own: number;
  /** Counted under one name for all, since too many new names came that day. */
  readonly overflowed: number;
}

/** A line that was refused. */
export interface RefusedItem {
  readonly id: string;
  readonly at: number;
  /** JSON pointer; '' for the whole line. */
  readonly pointer: string;
  readonly detail: string;
}
