import type { FailureReason, ProbeStage } from '#lib/model/observation.ts';
import { failSessions, healthyEndpoint, testAddresses, testEndpoint } from '#tests/support/observations.ts';
import type { EndpointFixtures } from '../fixture.ts';

const [first, second] = testAddresses;
const healthy = healthyEndpoint();
const fail = (reason: FailureReason, stage: ProbeStage = 'connect') => failSessions(healthy, { stage, reason });

export const fixtures: EndpointFixtures = {
  firing: [
    ...(['refused', 'reset', 'closed', 'timeout', 'unreachable'] as const).map((reason) => ({
      name: `one of two addresses: ${reason}`,
      code: 'unreachable',
      verdict: 'fail' as const,
      address: second,
      observation: failSessions(healthy, { stage: 'greeting', reason }, (index) => index === 1),
      says: /mail\.example\.org:993 does not answer at 2001:db8::1/,
    })),
    {
      name: 'all addresses refused',
      code: 'unreachable',
      verdict: 'crit',
      address: first,
      observation: fail('refused'),
      says: /connection refused/,
    },
    {
      name: 'one refused, and no route from here to the other',
      code: 'unreachable',
      verdict: 'crit',
      address: first,
      observation: failSessions(
        fail('refused'),
        { stage: 'connect', reason: 'unreachable', said: 'ENETUNREACH' },
        (index) => index === 1,
      ),
      says: /No address of this service answers/,
    },
    {
      name: 'the known addresses refused, and the lookup of the other family failed',
      code: 'unreachable',
      verdict: 'fail',
      address: first,
      observation: {
        ...fail('refused'),
        addresses: {
          ok: true,
          facts: {
            list: testAddresses,
            lookups: [],
            missing: { type: 'AAAA', failure: { stage: 'resolve', reason: 'timeout' } },
          },
        },
      },
      says: /connection refused/,
    },
    {
      name: 'the host name does not exist',
      code: 'host-without-address',
      verdict: 'crit',
      address: null,
      observation: {
        ...healthy,
        addresses: { ok: false, failure: { stage: 'resolve', reason: 'nxdomain' } },
        sessions: [],
      },
      says: /does not exist/,
    },
    {
      name: 'the host name has neither A nor AAAA',
      code: 'host-without-address',
      verdict: 'crit',
      address: null,
      observation: { ...healthy, addresses: { ok: true, facts: { list: [], lookups: [] } }, sessions: [] },
      says: /without A and AAAA/,
    },
  ],
  silent: [
    { name: 'healthy', observation: healthy, decided: true },
    { name: 'it answers, with a certificate that nobody trusts', observation: fail('tls', 'handshake'), decided: true },
    { name: 'it answers and turns us away', observation: fail('rejected', 'greeting'), decided: true },
    {
      name: 'the connection breaks after STARTTLS',
      observation: failSessions(healthyEndpoint(testEndpoint('imap', 'starttls')), {
        stage: 'starttls',
        reason: 'reset',
      }),
      decided: true,
    },
    { name: '421', observation: fail('temporary', 'greeting'), decided: false },
    { name: 'our own limit', observation: fail('busy'), decided: false },
    { name: 'our own guard', observation: fail('blocked'), decided: false },
    {
      name: 'no route from here to any address',
      observation: failSessions(healthy, { stage: 'connect', reason: 'unreachable', said: 'EADDRNOTAVAIL' }),
      decided: false,
    },
    {
      name: 'SERVFAIL',
      observation: {
        ...healthy,
        addresses: { ok: false, failure: { stage: 'resolve', reason: 'temporary' } },
        sessions: [],
      },
      decided: false,
    },
  ],
};
