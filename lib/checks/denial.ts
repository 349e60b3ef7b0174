import { explainReason } from '../dnssec/explain.ts';
import type { Dnssec } from '../model/dnssec.ts';
import { liesIn } from '../model/watched-zones.ts';
import type { ZoneObservation, ZoneServer } from '../model/zone-observation.ts';
import type { ZoneCheck } from './check.ts';
import type { Decision } from './decision.ts';
import { judgeWholeZone, notApplicable, passed, undecided } from './decision.ts';
import { listParam } from './wording.ts';
import type { SaidByServer } from './zone-view.ts';
import { allAnswered, authoritativeAnswers, isUsable, serversInView, standingOfServer } from './zone-view.ts';
import { lineLength, mostLines, showQuestion, showServer, zoneParam } from './zone-wording.ts';

const meaning =
  'Servers that check DANE ask for TLSA records before they deliver. Where they get neither records nor a proof that there ' +
  'are none, they must not deliver (RFC 7672 section 2.1.2): mail to your customers waits and then bounces.';
const refs = [
  'draft-ietf-uta-email-deep-00 section 10.5',
  'draft-ietf-uta-email-deep-00 section 10.4.3',
  'RFC 7672 section 2.1.2',
  'checklist row 6',
  'checklist row 20',
];

/** Whether a zone proves what it does not have, and answers questions for TLSA. */
export const denial: ZoneCheck = {
  id: 'denial',
  subject: 'zone',
  needsClock: false,
  findings: [
    {
      code: 'denial-broken',
      summary: 'A name server cannot prove that a name or record does not exist',
      refs: [...refs, 'RFC 4035 section 5.4', 'RFC 5155 section 8'],
      confirmations: 1,
      text: (params) => ({
        title: `A name server of ${zoneParam(params)} cannot prove what does not exist`,
        expected: 'NSEC or NSEC3 records with valid signatures beside every negative answer',
        got: listParam(params, 'faults', lineLength),
        meaning,
        fix:
          'Update the name server software and sign the zone anew. Look for a load balancer or filter in front that makes ' +
          'up negative answers itself.',
      }),
    },
    {
      code: 'tlsa-question-dropped',
      summary: 'A name server answers other questions, but not those for TLSA',
      refs,
      confirmations: 2,
      text: (params) => ({
        title: `A name server of ${zoneParam(params)} does not answer questions for TLSA`,
        expected: 'An answer to every question for TLSA, with records or with a denial',
        got: listParam(params, 'faults', 200),
        meaning,
        fix: 'Update the name server, load balancer or firewall that drops record types which it does not know.',
      }),
    },
  ],
  judge: (observation) =>
    judgeWholeZone(observation, {
      'denial-broken': judgeDenial(observation),
      'tlsa-question-dropped': judgeQuestions(observation),
    }),
};

function judgeDenial(observation: ZoneObservation): Decision {
  const answers = authoritativeAnswers(observation);
  // A server whose other answers are no better has another fault, which other codes tell.
  const sound = new Set(answers.filter(isSecureAnswer).map(({ server }) => server));
  const denials = answers.filter(({ facts }) => facts.records.length === 0);
  const broken = denials.filter(({ server, facts }) => sound.has(server) && isBogusInside(observation, facts.dnssec));
  if (broken.length > 0) return { verdict: 'fail', params: { faults: broken.slice(0, mostLines).map(describeFault) } };
  const decided = denials.every(({ facts: { dnssec } }) => dnssec.state === 'secure' || dnssec.state === 'insecure');
  return decided && allAnswered(observation) ? passed : undecided;
}

function isSecureAnswer({ facts }: SaidByServer): boolean {
  return facts.records.length > 0 && facts.dnssec.state === 'secure';
}

/** An alias may lead into another zone, whose faults are not those of this server. */
function isBogusInside({ zone }: ZoneObservation, dnssec: Dnssec): boolean {
  return dnssec.state === 'bogus' && liesIn(dnssec.at.split(' ')[0] ?? '', zone);
}

function describeFault({ server, question, facts: { dnssec } }: SaidByServer): string {
  const why = dnssec.state === 'bogus' ? explainReason(dnssec.reason) : dnssec.state;
  return `${showServer(server)}, ${showQuestion(question)}: ${why}`;
}

function judgeQuestions(observation: ZoneObservation): Decision {
  const servers = serversInView(observation);
  if (!servers.some(({ answers }) => answers.some(({ question }) => question.type === 'TLSA'))) return notApplicable;
  const faults = servers.flatMap(describeDropped);
  if (faults.length > 0) return { verdict: 'fail', params: { faults: faults.slice(0, mostLines) } };
  const seen = servers.every((server) => standingOfServer(observation, server) === 'answering');
  return seen && servers.every(hasAnsweredTlsa) ? passed : undecided;
}

function describeDropped(server: ZoneServer): readonly string[] {
  const speaks = server.answers.some(
    ({ question, answer }) =>
      question.type !== 'TLSA' && answer.ok && answer.facts.authoritative && isUsable(answer.facts.rcode),
  );
  if (!speaks) return [];
  return server.answers.flatMap(({ question, answer }) => {
    if (question.type !== 'TLSA') return [];
    const where = `${showServer(server)}, ${showQuestion(question)}`;
    if (answer.ok) return isUsable(answer.facts.rcode) ? [] : [`${where}: ${answer.facts.rcode}`];
    switch (answer.failure.reason) {
      case 'blocked':
      case 'busy':
      case 'unreachable':
        return [];
      default:
        return [`${where}: no answer (${answer.failure.reason})`];
    }
  });
}

function hasAnsweredTlsa({ answers }: ZoneServer): boolean {
  return answers.every(({ question, answer }) => question.type !== 'TLSA' || answer.ok);
}
