import type { ProbeFailure } from '#lib/model/observation.ts';
import { failSessions, healthyEndpoint, testAddresses } from '#tests/support/observations.ts';
import type { EndpointFixtures } from '../fixture.ts';

const [first, second] = testAddresses;
const healthy = healthyEndpoint();
const failSecond = (failure: ProbeFailure) => failSessions(healthy, failure, (index) => index === 1);

export const fixtures: EndpointFixtures = {
  firing: [
    {
      name: 'the address guard refused',
      code: 'address-refused',
      verdict: 'warn',
      address: first,
      observation: failSessions(healthy, { stage: 'connect', reason: 'blocked' }),
      says: /LATCHWATCH_ALLOW_ADDRESSES/,
    },
    {
      name: 'no IPv6 here',
      code: 'no-route-from-here',
      verdict: 'info',
      address: second,
      observation: failSecond({ stage: 'connect', reason: 'unreachable', said: 'connect ENETUNREACH 2001:db8::1:993' }),
      says: /ENETUNREACH/,
    },
    {
      name: '554 instead of a greeting',
      code: 'turned-away',
      verdict: 'warn',
      address: second,
      observation: failSecond({ stage: 'greeting', reason: 'rejected', said: '554 5.7.1 go away' }),
      says: /554 5\.7\.1 go away/,
    },
  ],
  silent: [
    { name: 'healthy', observation: healthy, decided: true },
    {
      name: 'refused by the server, which others judge',
      observation: failSecond({ stage: 'connect', reason: 'refused' }),
      decided: false,
    },
    { name: 'our own limit', observation: failSecond({ stage: 'connect', reason: 'busy' }), decided: false },
  ],
};
