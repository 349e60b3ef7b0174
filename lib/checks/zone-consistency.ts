import { explainReason } from '../dnssec/explain.ts';
import type { Dnssec } from '../model/dnssec.ts';
import type { Params } from '../model/finding.ts';
import type { ZoneObservation } from '../model/zone-observation.ts';
import type { ZoneCheck } from './check.ts';
import type { ServerDivergence } from './compare-servers.ts';
import { compareRecords, compareSerials } from './compare-servers.ts';
import { bogusMeans, oneServerMeans } from './consequences.ts';
import type { Decision } from './decision.ts';
import { judgeWholeZone, passed, superseded, undecided } from './decision.ts';
import { countParam, listParam } from './wording.ts';
import type { SaidByServer } from './zone-view.ts';
import { allAnswered, answersInView, authoritativeAnswers, isSameQuestion } from './zone-view.ts';
import { lineLength, mostLines, showQuestion, showServer, showSignature, zoneParam } from './zone-wording.ts';

const refs = ['draft-ietf-uta-email-deep-00 section 10.5', 'checklist row 6'];

/** Whether all name servers of a zone give the same answers, each of them with valid signatures. */
export const zoneConsistency: ZoneCheck = {
  id: 'zone-consistency',
  subject: 'zone',
  needsClock: false,
  findings: [
    {
      code: 'dnssec-server-bogus',
      summary: 'One name server of a zone gives answers that fail DNSSEC validation',
      refs: [...refs, 'RFC 4035 section 5', 'checklist row 26'],
      confirmations: 1,
      text: (params) => ({
        title: `A name server of ${zoneParam(params)} gives answers that fail DNSSEC validation`,
        expected: `Valid signatures from every server${asFrom(params)}`,
        got: listParam(params, 'faults', lineLength),
        meaning: `${oneServerMeans} ${bogusMeans}`,
        fix:
          'Have that server fetch the zone anew, and see whether its transfers work. If the serial is the same there, ' +
          'raise it at the primary: secondaries do not fetch new signatures without that.',
      }),
    },
    {
      code: 'servers-differ',
      summary: 'Name servers of a zone give different answers',
      refs: [...refs, 'RFC 1034 section 4.3.5', 'checklist row 5', 'checklist row 26'],
      confirmations: 1,
      text: (params) => ({
        title: `The name servers of ${zoneParam(params)} give different answers`,
        expected: `The same records from every server${asFrom(params)}`,
        got: listParam(params, 'differences', lineLength),
        meaning: `${oneServerMeans} A missing or old TLSA record makes servers that check DANE hold back mail.`,
        fix:
          'Have that server fetch the zone anew, and see whether its transfers and notifies work. If several providers ' +
          'serve the zone, bring their data together.',
      }),
    },
    {
      code: 'server-stale',
      summary: 'A name server serves an older version of a zone than its siblings',
      refs: [...refs, 'RFC 1982 section 3', 'checklist row 26'],
      confirmations: 2,
      text: (params) => ({
        title: `A name server of ${zoneParam(params)} serves an old version of the zone`,
        expected: `The serial of ${listParam(params, 'siblings')}`,
        got: listParam(params, 'differences', 200),
        meaning:
          'Changes have not reached it. Its signatures are not renewed either: they expire there first, and from then on ' +
          'the fault comes and goes for everybody.',
        fix:
          'See whether the server may transfer the zone from its primary, and whether the primary notifies it. Have it ' +
          'fetch the zone by hand.',
      }),
    },
  ],
  judge: (observation) =>
    judgeWholeZone(observation, {
      'dnssec-server-bogus': judgeBogus(observation),
      'servers-differ': judgeDivergence(compareRecords(observation), 'fail', allAgree(observation)),
      'server-stale': judgeDivergence(compareSerials(observation), 'warn', allHaveSerial(observation)),
    }),
};

function judgeBogus(observation: ZoneObservation): Decision {
  const answers = answersInView(observation);
  const bogus = answers.filter(({ facts }) => facts.dnssec.state === 'bogus');
  const odd = bogus.filter(({ question }) => isSecureElsewhere(observation, answers, question));
  if (odd.length > 0) {
    const servers = odd.map(({ server }) => showServer(server));
    const siblings = answers
      .filter(
        ({ facts, question }) =>
          facts.dnssec.state === 'secure' && odd.some((one) => isSameQuestion(one.question, question)),
      )
      .map(({ server }) => showServer(server))
      .filter((server) => !servers.includes(server));
    return {
      verdict: 'fail',
      params: {
        odd: [...new Set(servers)].slice(0, mostLines),
        siblings: [...new Set(siblings)].slice(0, mostLines),
        faults: odd.slice(0, mostLines).map(describeFault),
      },
    };
  }
  // Nobody has it right: that is no matter of one server.
  if (bogus.length > 0)
    return observation.validations.some(({ result }) => result.state === 'bogus') ? superseded : undecided;
  const known = answers.every(({ facts }) => facts.dnssec.state !== 'indeterminate');
  return known && allAnswered(observation) ? passed : undecided;
}

function isSecureElsewhere(
  { validations }: ZoneObservation,
  answers: readonly SaidByServer[],
  question: SaidByServer['question'],
): boolean {
  const isSecure = (one: SaidByServer['question'], { state }: Dnssec) =>
    state === 'secure' && isSameQuestion(one, question);
  return (
    answers.some((answer) => isSecure(answer.question, answer.facts.dnssec)) ||
    validations.some((validation) => isSecure(validation, validation.result))
  );
}

function describeFault({ server, question, facts: { dnssec, signatures } }: SaidByServer): string {
  if (dnssec.state !== 'bogus') return showServer(server);
  const signature = signatures.find(({ status }) => status === dnssec.reason);
  const shown = signature === undefined ? '' : ` (${showSignature(signature)})`;
  return `${showServer(server)}, ${showQuestion(question)}: ${explainReason(dnssec.reason)}${shown}`;
}

function judgeDivergence(divergence: ServerDivergence | null, verdict: 'warn' | 'fail', complete: boolean): Decision {
  if (divergence === null) return complete ? passed : undecided;
  const { odd, siblings, differences } = divergence;
  return {
    verdict,
    params: {
      odd: odd.slice(0, mostLines),
      siblings: siblings.slice(0, mostLines),
      differences: differences.slice(0, mostLines),
    },
  };
}

function asFrom(params: Params): string {
  return countParam(params, 'siblings') > 0 ? `, as from ${listParam(params, 'siblings')}` : '';
}

/** Whether nothing is missing that could be different. */
function allAgree(observation: ZoneObservation): boolean {
  return allAnswered(observation) && authoritativeAnswers(observation).length === answersInView(observation).length;
}

function allHaveSerial(observation: ZoneObservation): boolean {
  const serials = authoritativeAnswers(observation).filter(({ facts }) => facts.soa !== null);
  const servers = new Set(serials.map(({ server }) => server));
  return allAnswered(observation) && answersInView(observation).every(({ server }) => servers.has(server));
}
