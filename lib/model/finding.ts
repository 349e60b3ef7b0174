import type { EndpointTarget } from './endpoint.ts';
import { endpointKey } from './endpoint.ts';

/** Verdict of a check on one subject. `inconclusive`: we could not look; it opens nothing and resolves nothing. */
export const verdicts = ['pass', 'info', 'warn', 'fail', 'crit', 'inconclusive', 'n-a', 'superseded'] as const;
export type Verdict = (typeof verdicts)[number];

/** Worst first. What could not be looked at is worse to know than a note, and never hidden behind a pass. */
const byWeight: readonly Verdict[] = ['crit', 'fail', 'warn', 'inconclusive', 'info', 'pass'];

/** The worst of the verdicts that say something of the subject; null where none does. */
export function worstVerdict(judged: readonly Verdict[]): Verdict | null {
  return byWeight.find((verdict) => judged.includes(verdict)) ?? null;
}

/** The worse of two verdicts on one fact; where neither says something of it, the first. */
export function stricterVerdict(one: Verdict, other: Verdict): Verdict {
  return worstVerdict([one, other]) ?? one;
}

/** Severity of an incident, by the verdict that opened it. */
export type Severity = 'info' | 'warning' | 'error' | 'critical';

export const severityOfVerdict: Readonly<Record<'info' | 'warn' | 'fail' | 'crit', Severity>> = {
  info: 'info',
  warn: 'warning',
  fail: 'error',
  crit: 'critical',
};

/** ServiceNow's sense: 1 is the worst. */
export const severityNumber: Readonly<Record<Severity, 1 | 2 | 3 | 4>> = { critical: 1, error: 2, warning: 3, info: 4 };

/** What a finding is about. `address` narrows an endpoint to one of its addresses. */
export type Subject =
  | { readonly kind: 'endpoint'; readonly endpoint: EndpointTarget; readonly address: string | null }
  | { readonly kind: 'domain'; readonly domain: string }
  /** Apex of a DNS zone. */
  | { readonly kind: 'zone'; readonly zone: string }
  /** The place that our own worker looks from. */
  | { readonly kind: 'vantage'; readonly vantage: string };

/**
 * What the two rule packs say of the same fact: the draft of 2015 to the letter, and what is good practice today
 * (RFC 8314, 8996, 9325, 7671, 7672).
 */
export interface PackVerdicts {
  readonly draft: Verdict;
  readonly current: Verdict;
}

/** Values that the wording of a finding is filled with. */
export type Params = Readonly<Record<string, string | number | boolean | null | readonly string[]>>;

/** What one check decided about one code on one subject. */
export interface Judgement {
  readonly code: string;
  readonly subject: Subject;
  /** The stricter one where the rule packs differ: alerts follow it. */
  readonly verdict: Verdict;
  /** Absent where both packs say `verdict`. */
  readonly packs?: PackVerdicts;
  readonly params: Params;
}

/** Stable key of a subject, e.g. `imap+implicit://mail.example.org:993@192.0.2.1`, `domain:example.org`, `zone:example.org` or `vantage:local`. */
export function subjectKey(subject: Subject): string {
  switch (subject.kind) {
    case 'domain':
      return `domain:${subject.domain}`;
    case 'zone':
      return `zone:${subject.zone}`;
    case 'vantage':
      return `vantage:${subject.vantage}`;
    case 'endpoint': {
      const endpoint = endpointKey(subject.endpoint);
      return subject.address === null ? endpoint : `${endpoint}@${subject.address}`;
    }
  }
}
