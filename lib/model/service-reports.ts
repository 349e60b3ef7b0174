import type { FailureCount } from '../census/failure-spike.ts';

/** What clients and logs reported of a service lately, for the checks. */
export interface ServiceReports {
  /** Tags that some client lately said were broken. */
  readonly failures: readonly FailureCount[];
  /** Since when anything was reported of the service; milliseconds since the epoch, at most seven days ago. */
  readonly knownSince: number;
  /** Whether other findings say that an endpoint of this service has a fault now. */
  readonly faulty: boolean;
  /** Of the last seven days. */
  readonly logins: number;
  readonly proxied: number;
  readonly proxiedWithoutTls: number;
  /** Whether any client was seen in these days whose session's cipher suite was told. */
  readonly cipherSeen: boolean;
}
