import type { Dnssec, SignatureResult, Validation } from '../model/dnssec.ts';
import type { Judgement } from '../model/finding.ts';
import type { ServerAnswer, ZoneObservation } from '../model/zone-observation.ts';

/*
 * What may be said while our own clock is not to be trusted: nothing that hangs on a date. A clock that is a month off
 * makes every signature of the Internet expire at once.
 */

const untrusted: Dnssec = {
  state: 'indeterminate',
  why: 'our clock is not to be trusted',
  reason: 'not-validated',
};

/** The observation without verdicts that our clock decided: bogus by date becomes indeterminate. */
export function withholdDates(observation: ZoneObservation): ZoneObservation {
  return {
    ...observation,
    validations: observation.validations.map(withholdValidation),
    servers: observation.servers.map((server) => ({ ...server, answers: server.answers.map(withholdAnswer) })),
  };
}

/** The judgement as one that decides nothing. */
export function holdJudgement({ code, subject }: Judgement): Judgement {
  return { code, subject, verdict: 'inconclusive', params: {} };
}

/**
 * Whether a lookup is bogus by a date so near to the root that our clock is more likely wrong than the zone: over records
 * of the root or of a top-level name. Those zones do not let signatures expire, and theirs are looked at first.
 */
export function isClockInDoubt(dnssec: Dnssec): boolean {
  if (!isBogusByDate(dnssec)) return false;
  const [owner = ''] = dnssec.at.split(' ');
  return owner === '.' || !owner.includes('.');
}

function withholdValidation(validation: Validation): Validation {
  return {
    ...validation,
    result: withhold(validation.result),
    links: validation.links.map((link) => ({ ...link, state: withhold(link.state) })),
  };
}

function withholdAnswer({ question, answer }: ServerAnswer): ServerAnswer {
  if (!answer.ok) return { question, answer };
  return { question, answer: { ok: true, facts: { ...answer.facts, dnssec: withhold(answer.facts.dnssec) } } };
}

function withhold(dnssec: Dnssec): Dnssec {
  return isBogusByDate(dnssec) ? untrusted : dnssec;
}

function isBogusByDate(dnssec: Dnssec): dnssec is Extract<Dnssec, { readonly state: 'bogus' }> {
  return dnssec.state === 'bogus' && isOutOfDate(dnssec.reason);
}

/** Whether a signature, or what hangs on it, fails for a date that our clock was compared with. */
export function isOutOfDate(status: SignatureResult['status']): boolean {
  return status === 'signature-expired' || status === 'signature-not-yet-valid';
}
