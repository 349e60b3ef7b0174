import type { Dnssec } from '../model/dnssec.ts';
import type { ResolverOpinion, ZoneObservation, ZoneQuestion } from '../model/zone-observation.ts';
import type { ZoneCheck } from './check.ts';
import type { Decision } from './decision.ts';
import { judgeWholeZone, notApplicable, passed, undecided } from './decision.ts';
import { listParam } from './wording.ts';
import { isSameQuestion } from './zone-view.ts';
import { mostLines, showQuestion, zoneParam } from './zone-wording.ts';

/** Whether a recursive resolver comes to the same verdict as our own validation. */
export const resolverOpinion: ZoneCheck = {
  id: 'resolver-opinion',
  subject: 'zone',
  needsClock: false,
  findings: [
    {
      code: 'resolver-disagrees',
      summary: 'A resolver comes to another DNSSEC verdict than our own validation',
      refs: ['draft-ietf-uta-email-deep-00 section 10.5', 'RFC 4035 section 3.2', 'RFC 8914', 'checklist row 6'],
      confirmations: 2,
      text: (params) => ({
        title: `A resolver disagrees with us on DNSSEC of ${zoneParam(params)}`,
        expected: 'The same verdict from every validator',
        got: listParam(params, 'differences', 240),
        meaning:
          'One of the two is wrong, or they saw different answers: a stale cache, one bad name server, a resolver with ' +
          'another clock or trust anchor. People behind such a resolver see what it says.',
        fix:
          'Look at the other findings of this zone first. If there are none, see whether the resolver validates with the ' +
          'current trust anchors, and ask it again when its cache has run out.',
      }),
    },
  ],
  judge: (observation) => judgeWholeZone(observation, { 'resolver-disagrees': decide(observation) }),
};

type Opinion = Extract<ResolverOpinion['answer'], { readonly ok: true }>['facts'];

function decide({ opinions, validations, servers }: ZoneObservation): Decision {
  if (opinions.length === 0) return notApplicable;
  // AD from somewhere: without it, a missing AD bit only says that the resolver does not validate.
  const validating = new Set(opinions.flatMap(({ server, answer }) => (answer.ok && answer.facts.ad ? [server] : [])));
  const differences: string[] = [];
  let complete = true;
  for (const { question, server, answer } of opinions) {
    const ours = validations.find((validation) => isSameQuestion(validation, question));
    if (ours === undefined || ours.result.state === 'indeterminate' || !answer.ok) {
      complete = false;
      continue;
    }
    if (!disagrees(ours.result, answer.facts, validating.has(server))) continue;
    // It met the name server that is at fault: that one has a finding of its own, and tomorrow it meets another.
    if (ours.result.state === 'secure' && isBogusSomewhere(servers, question)) continue;
    differences.push(
      `${showQuestion(question)}: ${ours.result.state} by us, ${describeOpinion(answer.facts)} by ${server}`,
    );
  }
  if (differences.length > 0) return { verdict: 'warn', params: { differences: differences.slice(0, mostLines) } };
  return complete ? passed : undecided;
}

function isBogusSomewhere(servers: ZoneObservation['servers'], wanted: ZoneQuestion): boolean {
  return servers.some(({ answers }) =>
    answers.some(
      ({ question, answer }) => isSameQuestion(question, wanted) && answer.ok && answer.facts.dnssec.state === 'bogus',
    ),
  );
}

function disagrees({ state }: Dnssec, { rcode, ad }: Opinion, validates: boolean): boolean {
  switch (state) {
    case 'secure':
      return rcode === 'SERVFAIL' || (validates && !ad);
    case 'bogus':
    case 'insecure':
      return ad;
    case 'indeterminate':
      return false;
  }
}

function describeOpinion({ rcode, ad, extendedErrors }: Opinion): string {
  return [rcode, ad ? 'with AD' : 'without AD', ...extendedErrors].join(', ');
}
