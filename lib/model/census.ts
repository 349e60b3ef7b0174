import type { Service } from './endpoint.ts';
import type { ReportedClient } from './report.ts';

/**
 * Clients that are alike in everything that the census keeps of them but their account and when they were seen: the unit
 * that pages and the planner count in. There are some ten thousand of these where there are millions of clients.
 */
export interface CensusClass {
  readonly id: number;
  /** Name and version; both '' for a client that told neither. */
  readonly client: ReportedClient;
  readonly server: CensusServer;
  /** Tags in lower case, sorted. */
  readonly latched: readonly string[];
  /** Tags that the client supports and has not latched. */
  readonly supported: readonly string[];
  /** Whether the client speaks of latches at all: one that does not may hold any. */
  readonly speaksDeep: boolean;
  /** Of the latest session; null: not told. `none`: without TLS. */
  readonly tlsVersion: string | null;
  readonly tlsCipher: string | null;
}

export interface CensusServer {
  /**
   * Names that the client may have used: one where it told (SNI), or else all watched names of the address that it
   * reached. Empty: no watched name has that address.
   */
  readonly hosts: readonly string[];
  /** Literal address, where the name was not told; null: it was. */
  readonly address: string | null;
  readonly service: Service;
}

/** How many clients (an account with a client each) of a class were last seen in a week. */
export interface CensusCount {
  readonly classId: number;
  /** Monday of the week, UTC, `YYYY-MM-DD`. */
  readonly week: string;
  readonly holders: number;
}

/** The whole census, counted. */
export interface CensusCube {
  readonly classes: ReadonlyMap<number, CensusClass>;
  readonly counts: readonly CensusCount[];
  readonly coverage: readonly CoverageCount[];
}

/** Logins of one service of one server over some days: who could have told something, and who did. */
export interface CoverageCount {
  readonly server: CensusServer;
  readonly logins: number;
  /** Logins of sessions in which the client named itself (IMAP ID, SMTP CLIENT). */
  readonly named: number;
  /** Logins of sessions in which the client spoke of latches. */
  readonly spokeOfLatches: number;
  /** Reports that came through a proxy, and those of them without the client's TLS (draft section 7.1). */
  readonly proxied: number;
  readonly proxiedWithoutTls: number;
}
