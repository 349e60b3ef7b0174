import type { Dnssec, Validation } from '../model/dnssec.ts';
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
  if (dnssec.state !== 'bogus') return dnssec;
  return dnssec.reason === 'signature-expired' || dnssec.reason === 'signature-not-yet-valid' ? untrusted : dnssec;
}
