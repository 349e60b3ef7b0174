import { createHash } from 'node:crypto';
import type { EndpointTarget } from './endpoint.ts';
import type { Params, Severity } from './finding.ts';
import { severityNumber, subjectKey } from './finding.ts';

/** Where an incident stands. Only `firing`, `acknowledged` and `recovering` are shown as open. */
export const incidentStates = ['suspect', 'firing', 'acknowledged', 'recovering', 'resolved'] as const;
export type IncidentState = (typeof incidentStates)[number];

/** What an incident is about: never one address, so that a fault on four addresses is one thread of mail. */
export type IncidentSubject =
  | { readonly kind: 'endpoint'; readonly endpoint: EndpointTarget }
  | { readonly kind: 'domain'; readonly domain: string }
  | { readonly kind: 'zone'; readonly zone: string }
  /** Our own network or resolver, as the workers of one place see it. */
  | { readonly kind: 'vantage'; readonly vantage: string };

/** How far an incident is. Instants are milliseconds since the epoch. */
export interface IncidentProgress {
  readonly state: IncidentState;
  readonly severity: Severity;
  readonly params: Params;
  /** Addresses that show it; empty where it is about the host, domain or zone as a whole. */
  readonly affected: readonly string[];
  /** Runs in a row that saw it at this severity. On a resolved incident: runs that saw it again. */
  readonly foundRuns: number;
  /** Runs in a row that saw it gone. */
  readonly cleanRuns: number;
  readonly firstSeen: number;
  readonly lastSeen: number;
  readonly openedAt: number | null;
  readonly acknowledgedAt: number | null;
  readonly resolvedAt: number | null;
  readonly resolution: string | null;
  /** Worst severity that a notice has told, sent or waiting, since it opened; null: nobody was told. */
  readonly toldSeverity: Severity | null;
  /** Since when it comes and goes so often that this itself is the news. */
  readonly unstableSince: number | null;
  /** When it opened, came back or ended, the last few times. */
  readonly transitions: readonly number[];
}

/** Stable text key of what an incident is about: that of the subject of its findings, without an address. */
function incidentSubjectKey(subject: IncidentSubject): string {
  return subjectKey(subject.kind === 'endpoint' ? { ...subject, address: null } : subject);
}

/** The name that an incident is listed under: a host, a domain, the apex of a zone or a vantage. */
export function incidentHost(subject: IncidentSubject): string {
  switch (subject.kind) {
    case 'endpoint':
      return subject.endpoint.host;
    case 'domain':
      return subject.domain;
    case 'zone':
      return subject.zone;
    case 'vantage':
      return subject.vantage;
  }
}

/** SHA-256 (lower-case hex) of subject and code, without the address. */
export function incidentFingerprint(subject: IncidentSubject, code: string): string {
  return sha256(`${incidentSubjectKey(subject)}\n${code}`);
}

const maxDedupKeyCharacters = 200;

/** `<code>/<subject>`, the same over all instances; a long subject becomes its SHA-256, since 200 characters is the cap. */
export function incidentDedupKey(subject: IncidentSubject, code: string): string {
  const key = `${code}/${incidentSubjectKey(subject)}`;
  return key.length <= maxDedupKeyCharacters ? key : `${code}/${sha256(incidentSubjectKey(subject))}`;
}

/** True when `a` is worse than `b`. */
export function isWorse(a: Severity, b: Severity): boolean {
  return severityNumber[a] < severityNumber[b];
}

/** SHA-256 and dedup key of what several subjects share; `cause` as `causeKey` gives it. */
export function causeIdentity(
  code: string,
  cause: string,
): { readonly fingerprint: string; readonly dedupKey: string } {
  const key = `${code}/${cause}`;
  return {
    fingerprint: sha256(`${cause}\n${code}`),
    dedupKey: key.length <= maxDedupKeyCharacters ? key : `${code}/${sha256(cause)}`,
  };
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
