import {
  changeSessions,
  failSessions,
  healthyEndpoint,
  testAddresses,
  testEndpoint,
} from '#tests/support/observations.ts';
import type { EndpointFixtures } from '../fixture.ts';

const [first] = testAddresses;
const healthy = healthyEndpoint();
const greeting = (text: string, observation = healthy) => changeSessions(observation, () => ({ greeting: text }));

export const fixtures: EndpointFixtures = {
  firing: [
    {
      name: 'PREAUTH',
      code: 'imap-preauthenticated',
      verdict: 'crit',
      address: first,
      observation: greeting('* PREAUTH IMAP4rev1 server logged in as smith'),
      says: /greeted: \* PREAUTH IMAP4rev1 server logged in as smith/,
    },
  ],
  silent: [
    { name: 'OK', observation: greeting('* OK [CAPABILITY IMAP4rev1] ready'), decided: true },
    { name: 'the word elsewhere', observation: greeting('* OK no PREAUTH here'), decided: true },
    {
      name: 'another protocol',
      observation: greeting('* PREAUTH', healthyEndpoint(testEndpoint('pop3'))),
      decided: true,
    },
    { name: 'no answer', observation: failSessions(healthy, { stage: 'connect', reason: 'timeout' }), decided: false },
  ],
};
