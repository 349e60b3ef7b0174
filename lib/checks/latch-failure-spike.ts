import {
  explainSpike,
  rateFailures,
  type FailureCount,
  type OwnState,
  type SpikeMeaning,
} from '../census/failure-spike.ts';
import type { Verdict } from '../model/finding.ts';
import type { EndpointObservation } from '../model/observation.ts';
import type { ServiceReports } from '../model/service-reports.ts';
import type { EndpointCheck } from './check.ts';
import { judgeWholeEndpoint, passed, type Decision } from './decision.ts';
import { standingOf } from './standing.ts';
import { hostParam, textParam } from './wording.ts';

/** Reports are claims: a spike wakes somebody only when many networks agree, or our own probe. */
const verdictOf: Readonly<Record<SpikeMeaning, Verdict>> = {
  path: 'crit',
  many: 'fail',
  'own-fault': 'fail',
  claim: 'warn',
};

const meanings: Readonly<Record<SpikeMeaning, string>> = {
  path:
    'Mail clients refuse to connect because the server does not keep what they latched, but Latchwatch sees it keep it. ' +
    'Something between these customers and the server may intercept their connections. ',
  many: 'Mail clients in many networks refuse to connect, and Latchwatch could not look at the server itself. ',
  'own-fault':
    'Mail clients refuse to connect, and Latchwatch sees a fault of this service too: customers are cut off. ',
  claim:
    'Mail clients say that they refuse to connect, from few networks. It may be one provider’s network, or somebody ' +
    'who makes it up: such reports come before a login. ',
};

const fixes: Readonly<Record<SpikeMeaning, string>> = {
  path:
    'See on the page of signals which networks report. Ask one of these customers which certificate their program is shown, ' +
    'and compare it with the one that Latchwatch sees.',
  many: 'Find out why Latchwatch cannot reach the server, and look at it from one of the networks that report.',
  'own-fault': 'Mend what the other findings of this service say. The reports end when clients can connect again.',
  claim: 'See on the page of signals where the reports come from, and whether more networks join.',
};

/** Mail clients that report more broken latches than usual (draft section 7.1), beside what our own probe sees. */
export const latchFailureSpike: EndpointCheck = {
  id: 'latch-failure-spike',
  subject: 'endpoint',
  findings: [
    {
      code: 'latch-failure-spike',
      summary: 'More mail clients than usual report that a latch was broken',
      refs: [
        'draft-ietf-uta-email-deep-00 section 7.1',
        'draft-ietf-uta-email-deep-00 section 5.1',
        'checklist row 71',
      ],
      confirmations: 1,
      text: (params) => {
        const meaning = readMeaning(params.meaning);
        return {
          title: `More clients than usual report a broken ${textParam(params, 'tag', 20)} at ${hostParam(params)}`,
          expected: `As many as usual: ${textParam(params, 'expected', 20)} in 15 minutes`,
          got: `${textParam(params, 'clients', 20)} in the last 20 minutes, in ${textParam(params, 'networks', 20)} networks`,
          meaning: `${meanings[meaning]}Reports are claims of clients that nobody can prove.`,
          fix: fixes[meaning],
        };
      },
    },
  ],
  judge: (observation, { reports, now }) =>
    reports === undefined
      ? []
      : judgeWholeEndpoint(observation, {
          'latch-failure-spike': decide(reports, ownStateOf(observation, reports), now),
        }),
};

function readMeaning(value: unknown): SpikeMeaning {
  return value === 'path' || value === 'many' || value === 'own-fault' ? value : 'claim';
}

function ownStateOf({ endpoint, sessions }: EndpointObservation, { faulty }: ServiceReports): OwnState {
  if (faulty) return 'bad';
  return sessions.some((session) => standingOf(endpoint, session) === 'seen') ? 'good' : 'unknown';
}

/** The worst tag speaks for the service. */
function decide(reports: ServiceReports, ownState: OwnState, now: number): Decision {
  const spikes = reports.failures
    .map((count) => ({ count, rate: rateFailures(count, { knownSince: reports.knownSince, now }) }))
    .filter(({ rate }) => rate.isSpike)
    .sort((a, b) => byWeight(a.count, b.count));
  const [worst] = spikes;
  if (worst === undefined) return passed;
  const { count, rate } = worst;
  const meaning = explainSpike(count, ownState);
  return {
    verdict: verdictOf[meaning],
    params: {
      ...{ tag: count.tag, clients: count.recent, networks: count.networks, meaning },
      expected: rate.expected.toFixed(1),
    },
  };
}

function byWeight(a: FailureCount, b: FailureCount): number {
  return b.networks - a.networks || b.recent - a.recent || (a.tag < b.tag ? -1 : 1);
}
