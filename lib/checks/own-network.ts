import type { Params } from '../model/finding.ts';
import type { SelfObservation } from '../model/self-observation.ts';
import type { SelfCheck } from './check.ts';
import { passed, undecided, type Decisions } from './decision.ts';
import { textParam, timeParam } from './wording.ts';

type Code = 'own-network-down' | 'own-resolver-down';

const held =
  'Nobody watches the mail services from here while this lasts: what cannot be looked at counts as unknown, and no ' +
  'other incident opens. The services themselves may be fine.';

/** Whether it is us: the network or the resolver that all probes of one vantage depend on. */
export const ownNetwork: SelfCheck = {
  id: 'own-network',
  subject: 'self',
  findings: [
    {
      code: 'own-network-down',
      summary: 'The network that Latchwatch itself looks through is down',
      refs: ['draft-ietf-uta-email-deep-00 section 10.5', 'checklist row 5'],
      confirmations: 1,
      text: (params) => ({
        title: `The network of Latchwatch itself is down at ${textParam(params, 'vantage', 40)}`,
        expected: 'One of several independent servers answers',
        got: gotText(params),
        meaning: held,
        fix: 'Look at the uplink, the routing and the firewall of the machine that the worker runs on. When the network is back, all endpoints are looked at again within a minute by themselves.',
      }),
    },
    {
      code: 'own-resolver-down',
      summary: 'The DNS that Latchwatch itself asks does not answer',
      refs: ['draft-ietf-uta-email-deep-00 section 10.5', 'checklist row 5', 'checklist row 6'],
      confirmations: 1,
      text: (params) => ({
        title: `The DNS that Latchwatch itself asks is down at ${textParam(params, 'vantage', 40)}`,
        expected: 'A question about the root is answered',
        got: gotText(params),
        meaning: held,
        fix: 'Look at the resolver that LATCHWATCH_RESOLVER names, or, where none is named, at whether DNS (UDP and TCP port 53) may leave the machine of the worker. When it answers again, all endpoints are looked at again within a minute by themselves.',
      }),
    },
  ],
  judge: (observation) => {
    const { vantage, since } = observation;
    return Object.entries(decide(observation)).map(([code, { verdict, params }]) => ({
      code,
      subject: { kind: 'vantage', vantage },
      verdict,
      params: { vantage, since, ...params },
    }));
  },
};

function decide({ verdict, networkSaid, resolverSaid }: SelfObservation): Decisions<Code> {
  switch (verdict) {
    case 'network':
      // Nothing can be said of the resolver behind a dead network.
      return {
        'own-network-down': { verdict: 'crit', params: { said: networkSaid } },
        'own-resolver-down': undecided,
      };
    case 'resolver':
      return {
        'own-network-down': undecided,
        'own-resolver-down': { verdict: 'crit', params: { said: resolverSaid } },
      };
    case 'fine':
      return { 'own-network-down': passed, 'own-resolver-down': passed };
    case 'unknown':
      return { 'own-network-down': undecided, 'own-resolver-down': undecided };
  }
}

function gotText(params: Params): string {
  return `${textParam(params, 'said', 300)}, since ${timeParam(params, 'since')}`;
}
