import type { Baseline } from '../model/baseline.ts';
import type { Commitment } from '../model/commitment.ts';
import type { Declaration } from '../model/declaration.ts';
import type { EndpointTarget } from '../model/endpoint.ts';
import type { MessageObservation } from '../model/message-observation.ts';
import type { DomainObservation, EndpointObservation } from '../model/observation.ts';
import type { ScanObservation } from '../model/scan-observation.ts';
import type { Judgement, Params } from '../model/finding.ts';
import type { SelfObservation } from '../model/self-observation.ts';
import type { ServiceReports } from '../model/service-reports.ts';
import type { ZoneObservation } from '../model/zone-observation.ts';

/** How a finding code reads to a person. Codes are permanent, wording is not. */
export interface FindingText {
  /** One sentence without a full stop, e.g. `Certificate expired 3 days ago`. At most 120 characters. */
  readonly title: string;
  readonly expected: string;
  readonly got: string;
  /** What it means for the provider's customers. */
  readonly meaning: string;
  /** What to do now. */
  readonly fix: string;
}

export interface FindingDefinition {
  /** Permanent identifier, kebab-case. */
  readonly code: string;
  /** What the code stands for, without any instance's values. */
  readonly summary: string;
  /** Draft section, RFC and row of the checklist, e.g. `draft-ietf-uta-email-deep-00 section 10.5`. */
  readonly refs: readonly string[];
  /**
   * How many further runs must see it again before an incident opens: 2 where the fact can pass by itself
   * (refused, reset, timeout), 1 where it is written down somewhere (a date, a record, a configuration).
   */
  readonly confirmations: 1 | 2;
  readonly text: (params: Params) => FindingText;
}

export interface JudgeContext {
  /** Milliseconds since the epoch. Nothing in lib reads the clock. */
  readonly now: number;
  /** Since when TLSA records of the endpoint have matched nothing, as `unmatchedSince` gives it. */
  readonly tlsaUnmatchedSince?: ReadonlyMap<string, number>;
  /** Tags that the endpoint's host ever advertised, from any service, up to and without this run. */
  readonly commitments?: readonly Commitment[];
  /** What an operator said of the endpoint; absent: nothing. */
  readonly declaration?: Declaration;
  /** What the endpoint is compared with; absent: it was never seen before. */
  readonly baseline?: Baseline;
  /** The latest run of the server behind this filter or proxy, where one is declared and was probed. */
  readonly backend?: EndpointObservation;
  /** The latest deep scan of the endpoint; absent: none was made. */
  readonly scan?: ScanObservation;
  /** Certificates (base64 DER) for names of the endpoint's host that were seen elsewhere or given by an operator. */
  readonly knownCertificates?: readonly KnownCertificate[];
  /** Addresses of the endpoint behind which unlike servers answer in turn, as the latest deep scan found. */
  readonly mixedAddresses?: readonly string[];
  /** What clients and logs reported of the service; absent: nothing, or another endpoint speaks for the service. */
  readonly reports?: ServiceReports;
  /** For a deep scan: names of all watched hosts at its addresses. */
  readonly hostedNames?: readonly string[];
  /** For a deep scan: those addresses of its DEEP status URLs at which a watched mail server answers. */
  readonly watchedAddresses?: readonly string[];
  /** For a domain: its endpoints, and what the latest probe of each came to. */
  readonly watched?: readonly WatchedService[];
  /** For a domain: whether an operator's inventory names its endpoints, so that others are news. */
  readonly inventoryDeclared?: boolean;
}

/** A certificate that covers the endpoint's host and where it was seen. */
export interface KnownCertificate {
  /** Base64 DER. */
  readonly der: string;
  readonly source: 'seen' | 'given';
  /** Where it was seen, e.g. `mail.example.org:993`, or who gave it. */
  readonly seenAt: string;
}

/** An endpoint of a domain as the latest probe left it. */
export interface WatchedService {
  readonly target: EndpointTarget;
  /** Why the domain has it. */
  readonly origin: string;
  /** Whether an operator's inventory names it. */
  readonly declared: boolean;
  /** Whether DNS still names it. */
  readonly advertised: boolean;
  readonly declaration: Declaration;
  /** Null: not probed yet. */
  readonly latest: EndpointObservation | null;
}

interface CheckBase {
  /** Names its file, its page and its fixtures. */
  readonly id: string;
  readonly findings: readonly FindingDefinition[];
}

/**
 * A check of one endpoint over all of its addresses. `judge` returns one judgement a code and subject that it
 * decided: `pass` for clean, `inconclusive` where it could not look. What it leaves out is held as it was.
 */
export interface EndpointCheck extends CheckBase {
  readonly subject: 'endpoint';
  readonly judge: (observation: EndpointObservation, context: JudgeContext) => readonly Judgement[];
}

/** A check of one mail domain's records. */
export interface DomainCheck extends CheckBase {
  readonly subject: 'domain';
  readonly judge: (observation: DomainObservation, context: JudgeContext) => readonly Judgement[];
}

/** A check of one DNS zone that mail depends on. */
export interface ZoneCheck extends CheckBase {
  readonly subject: 'zone';
  /** Whether it compares dates with our clock: its judgements are held while that clock is not to be trusted. */
  readonly needsClock: boolean;
  readonly judge: (observation: ZoneObservation, context: JudgeContext) => readonly Judgement[];
}

/** A check of what a deep scan of one endpoint saw. */
export interface ScanCheck extends CheckBase {
  readonly subject: 'scan';
  readonly judge: (observation: ScanObservation, context: JudgeContext) => readonly Judgement[];
}

/** A check of what became of a test message. */
export interface MessageCheck extends CheckBase {
  readonly subject: 'message';
  readonly judge: (observation: MessageObservation, context: JudgeContext) => readonly Judgement[];
}

/** A check of our own network and resolver. */
export interface SelfCheck extends CheckBase {
  readonly subject: 'self';
  readonly judge: (observation: SelfObservation, context: JudgeContext) => readonly Judgement[];
}

export type Check = EndpointCheck | DomainCheck | ZoneCheck | ScanCheck | MessageCheck | SelfCheck;
