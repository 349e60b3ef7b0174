import type { AddressSession, EndpointObservation } from '../model/observation.ts';
import type { EndpointCheck } from './check.ts';
import type { Decision, Decisions } from './decision.ts';
import { judgeAddress, passed, undecided } from './decision.ts';
import { isOwnRouteMissing, standingOf } from './standing.ts';
import { hostParam, textParam } from './wording.ts';

const nothingIsKnown =
  'Nothing is known about this address: a certificate could expire there without anybody being told.';

/** Says where Latchwatch is blind for a reason that lasts, so that silence is not taken for health. */
export const notLookedAt: EndpointCheck = {
  id: 'not-looked-at',
  subject: 'endpoint',
  findings: [
    {
      code: 'address-refused',
      summary: 'Latchwatch does not connect to this address',
      refs: ['draft-ietf-uta-email-deep-00 section 10.5', 'checklist row 7'],
      confirmations: 1,
      text: (params) => ({
        title: `Not looked at: ${hostParam(params)} at ${textParam(params, 'address', 45)} is not a public address`,
        expected: 'A public address, or one that LATCHWATCH_ALLOW_ADDRESSES names',
        got: `The name leads to ${textParam(params, 'address')}`,
        meaning: `${nothingIsKnown} If this name is meant for customers, they cannot reach a private address either.`,
        fix:
          'If the address is yours and should be watched, add its block to LATCHWATCH_ALLOW_ADDRESSES and restart the ' +
          'worker. If it does not belong in public DNS, remove the record.',
      }),
    },
    {
      code: 'no-route-from-here',
      summary: 'The worker has no route to this kind of address',
      refs: ['draft-ietf-uta-email-deep-00 section 10.5', 'checklist row 7'],
      confirmations: 1,
      text: (params) => ({
        title: `Not looked at: no route from here to ${textParam(params, 'address', 45)} of ${hostParam(params)}`,
        expected: 'A worker that can reach both IPv4 and IPv6',
        got: `The worker's own system has no route: ${textParam(params, 'said')}`,
        meaning: nothingIsKnown,
        fix: 'Give the worker a working IPv6 (or IPv4) connection, or run a second worker where there is one.',
      }),
    },
    {
      code: 'turned-away',
      summary: 'The server answers but does not talk to Latchwatch',
      refs: ['draft-ietf-uta-email-deep-00 section 10.5', 'checklist row 7'],
      confirmations: 2,
      text: (params) => ({
        title: `${hostParam(params)} turns Latchwatch away at ${textParam(params, 'address', 45)}`,
        expected: 'A greeting and an answer to the question for capabilities',
        got: `The server said: ${textParam(params, 'said')}`,
        meaning: `${nothingIsKnown} If customers get the same answer, the service is down for them.`,
        fix:
          'Look in the log of the server why it refused. If a block list, a greylist or a connection limit did, exempt ' +
          'the address of the worker.',
      }),
    },
  ],
  judge: (observation) =>
    observation.sessions.flatMap((session) => judgeAddress(observation, session, decide(observation, session))),
};

type Code = 'address-refused' | 'no-route-from-here' | 'turned-away';

function decide({ endpoint }: EndpointObservation, session: AddressSession): Decisions<Code> {
  const { failure } = session;
  const dialled = failure?.reason !== 'blocked' && failure?.reason !== 'busy';
  const seen = standingOf(endpoint, session) === 'seen';
  return {
    'address-refused': failure?.reason === 'blocked' ? { verdict: 'warn' } : dialled ? passed : undecided,
    'no-route-from-here': isOwnRouteMissing(session)
      ? { verdict: 'info', params: { said: failure?.said ?? '' } }
      : dialled
        ? passed
        : undecided,
    'turned-away': seen ? judgeRefusal(session) : undecided,
  };
}

function judgeRefusal({ failure }: AddressSession): Decision {
  if (failure?.reason !== 'rejected' || failure.stage === 'starttls') return passed;
  return { verdict: 'warn', params: { said: failure.said ?? '', stage: failure.stage } };
}
