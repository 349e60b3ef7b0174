import type { Name } from '#lib/dns/name.ts';
import type { WrittenRecord } from './zone-text.ts';

/* What a recorded conversation (.rpl) says. */

export interface Scenario {
  readonly title: string;
  readonly config: ScenarioConfig;
  /** In the order of the file. */
  readonly ranges: readonly Range[];
  readonly steps: readonly Step[];
}

export interface ScenarioConfig {
  /** Milliseconds since the epoch; null where the file sets no clock, or one at which all signatures are in date. */
  readonly now: number | null;
  /** Zone file lines of DS and DNSKEY records. */
  readonly trustAnchors: readonly string[];
  /** Zones whose signatures are not to be looked at. */
  readonly insecure: readonly string[];
  /** Where questions go first, by zone. None: one server that answers all. */
  readonly servers: readonly ServerClause[];
  readonly usesIpv4: boolean;
  readonly usesIpv6: boolean;
  /** Every other option, as written. */
  readonly options: ReadonlyMap<string, string>;
}

/** A stub zone is walked from its servers down; a forwarder answers everything itself. */
export interface ServerClause {
  readonly kind: 'stub' | 'forward';
  readonly zone: Name;
  readonly addresses: readonly string[];
}

/** Answers that servers give while the number of the current step lies within. */
export interface Range {
  readonly from: number;
  readonly to: number;
  /** Normalised; empty means whatever address was asked. */
  readonly addresses: readonly string[];
  readonly entries: readonly Entry[];
}

export interface Entry {
  readonly line: number;
  /** Words behind MATCH, ADJUST and REPLY, lower case. */
  readonly match: ReadonlySet<string>;
  readonly adjust: ReadonlySet<string>;
  readonly flags: ReadonlySet<string>;
  readonly rcode: number;
  /** Extended DNS error (RFC 8914) that the answer must have; null where none is asked for. */
  readonly extendedError: number | null;
  readonly question: { readonly name: Name; readonly type: number } | null;
  readonly answer: readonly WrittenRecord[];
  readonly authority: readonly WrittenRecord[];
  readonly additional: readonly WrittenRecord[];
  /** The whole message where the file gives its octets. */
  readonly octets: Uint8Array | null;
}

export type Step =
  | { readonly kind: 'query'; readonly number: number; readonly entry: Entry }
  | { readonly kind: 'check'; readonly number: number; readonly entry: Entry }
  | { readonly kind: 'time-passes'; readonly number: number; readonly seconds: number }
  /** Nothing that a validator would notice. */
  | { readonly kind: 'ignored'; readonly number: number; readonly word: string };
