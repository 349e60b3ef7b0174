import type { ProbeFailure } from '#lib/model/observation.ts';
import {
  changeSessions,
  failSessions,
  healthyEndpoint,
  testAddresses,
  testEndpoint,
} from '#tests/support/observations.ts';
import type { EndpointFixtures } from '../fixture.ts';

const [first] = testAddresses;
const implicit = healthyEndpoint();
const starttls = healthyEndpoint(testEndpoint('submission', 'starttls'));
const failure = (reason: ProbeFailure['reason'], stage: ProbeFailure['stage'], said: string): ProbeFailure => ({
  stage,
  reason,
  said,
});

export const fixtures: EndpointFixtures = {
  firing: [
    {
      name: 'an SSH server on the port',
      code: 'wrong-protocol',
      verdict: 'fail',
      address: first,
      observation: failSessions(starttls, failure('protocol', 'greeting', 'SSH-2.0-OpenSSH_9.2')),
      says: /SSH-2\.0/,
    },
    {
      name: 'clear text on an implicit TLS port',
      code: 'wrong-protocol',
      verdict: 'fail',
      address: first,
      observation: failSessions(implicit, failure('tls', 'handshake', 'ERR_SSL_WRONG_VERSION_NUMBER')),
      says: /without TLS on a port where TLS starts with the first byte/,
    },
    {
      name: 'an old TLS version only',
      code: 'tls-handshake-failed',
      verdict: 'fail',
      address: first,
      observation: failSessions(implicit, failure('tls', 'handshake', 'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION')),
      says: /ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION/,
    },
    {
      name: 'an endless line',
      code: 'answer-over-limit',
      verdict: 'warn',
      address: first,
      observation: failSessions(implicit, failure('limit', 'greeting', 'a line of more than 8192 bytes')),
      says: /more than 8192 bytes/,
    },
  ],
  silent: [
    { name: 'healthy, implicit TLS', observation: implicit, decided: true },
    { name: 'healthy, STARTTLS', observation: starttls, decided: true },
    {
      name: 'a broken handshake after STARTTLS belongs to the starttls check',
      observation: changeSessions(starttls, () => ({ tls: null, failure: failure('tls', 'handshake', 'alert') })),
      decided: true,
    },
    { name: 'a timeout', observation: failSessions(implicit, failure('timeout', 'greeting', '')), decided: false },
  ],
};
