import { baselineOf } from '#tests/support/baselines.ts';
import type { AddressSession } from '#lib/model/observation.ts';
import {
  changeSessions,
  failSessions,
  healthyEndpoint,
  testAddresses,
  testEndpoint,
} from '#tests/support/observations.ts';
import type { EndpointFixtures } from '../fixture.ts';

const [first] = testAddresses;
const imap = healthyEndpoint(testEndpoint('imap', 'starttls'));
const pop3 = healthyEndpoint(testEndpoint('pop3', 'starttls'));
const submission = healthyEndpoint(testEndpoint('submission', 'starttls'));
const mx = healthyEndpoint(testEndpoint('smtp', 'starttls'));
const broken = (change: Partial<AddressSession>): Partial<AddressSession> => ({
  tls: null,
  capabilitiesAfterTls: null,
  goodbyeAnswered: null,
  ...change,
});
const missing = (): Partial<AddressSession> =>
  broken({
    starttls: 'not-advertised',
    capabilitiesBeforeTls: ['PIPELINING', 'SIZE 10240000'],
    failure: { stage: 'starttls', reason: 'not-advertised' },
  });

export const fixtures: EndpointFixtures = {
  firing: [
    {
      name: 'refused with NO',
      code: 'starttls-broken',
      verdict: 'fail',
      address: first,
      observation: changeSessions(imap, () =>
        broken({ starttls: 'refused', failure: { stage: 'starttls', reason: 'rejected', said: 'NO no certificate' } }),
      ),
      says: /refused: NO no certificate/,
    },
    {
      name: 'refused with 454, as Postfix does without a certificate',
      code: 'starttls-broken',
      verdict: 'fail',
      address: first,
      observation: changeSessions(submission, () =>
        broken({
          starttls: 'refused',
          failure: { stage: 'starttls', reason: 'temporary', said: '454 4.7.0 TLS not available' },
        }),
      ),
      says: /454/,
    },
    {
      name: 'accepted, then reset',
      code: 'starttls-broken',
      verdict: 'fail',
      address: first,
      observation: changeSessions(pop3, () =>
        broken({ starttls: 'accepted', failure: { stage: 'handshake', reason: 'reset' } }),
      ),
      says: /broke off/,
    },
    {
      name: 'accepted, then garbage',
      code: 'starttls-broken',
      verdict: 'fail',
      address: first,
      observation: changeSessions(mx, () =>
        broken({ starttls: 'accepted', failure: { stage: 'handshake', reason: 'tls', said: 'wrong version number' } }),
      ),
      says: /wrong version number/,
    },
    {
      name: 'closed instead of an answer to STARTTLS',
      code: 'starttls-broken',
      verdict: 'fail',
      address: first,
      observation: changeSessions(imap, () =>
        broken({ starttls: 'not-reached', failure: { stage: 'starttls', reason: 'closed' } }),
      ),
      says: /STARTTLS fails/,
    },
    {
      name: 'clear text between the answer to STARTTLS and the handshake',
      code: 'starttls-injection',
      verdict: 'fail',
      address: first,
      observation: changeSessions(imap, () => ({
        failure: { stage: 'starttls', reason: 'protocol', said: '16 bytes in plaintext: a2 OK injected' },
      })),
      says: /a2 OK injected/,
    },
    {
      name: 'port 587 without STARTTLS',
      code: 'starttls-missing',
      verdict: 'fail',
      packs: { draft: 'warn', current: 'fail' },
      address: first,
      observation: changeSessions(submission, missing),
      says: /PIPELINING, SIZE 10240000/,
    },
    {
      name: 'port 143 without STARTTLS',
      code: 'starttls-missing',
      verdict: 'fail',
      packs: { draft: 'warn', current: 'fail' },
      address: first,
      observation: changeSessions(imap, missing),
      says: /mail\.example\.org:143 does not offer STARTTLS/,
    },
    {
      name: 'port 25 without STARTTLS',
      code: 'starttls-missing',
      verdict: 'warn',
      address: first,
      observation: changeSessions(mx, missing),
      says: /:25 does not offer STARTTLS/,
    },
  ],
  silent: [
    ...[imap, pop3, submission, mx].map((observation) => ({
      name: `healthy ${observation.endpoint.service}`,
      observation,
      decided: true,
    })),
    {
      name: 'a fault after TLS has started',
      observation: changeSessions(imap, () => ({ failure: { stage: 'capability', reason: 'protocol' } })),
      decided: true,
    },
    {
      name: '421 in answer to STARTTLS',
      observation: changeSessions(submission, () =>
        broken({ starttls: 'refused', failure: { stage: 'starttls', reason: 'temporary', said: '421 4.7.0 later' } }),
      ),
      decided: false,
    },
    {
      name: 'a timeout during the handshake',
      observation: changeSessions(imap, () =>
        broken({ starttls: 'accepted', failure: { stage: 'handshake', reason: 'timeout' } }),
      ),
      decided: false,
    },
    { name: 'refused', observation: failSessions(imap, { stage: 'connect', reason: 'refused' }), decided: false },
    {
      name: 'gone, which another check says',
      observation: changeSessions(imap, () => ({ starttls: 'not-advertised', tls: null, failure: null })),
      context: { baseline: baselineOf(imap) },
      decided: true,
    },
  ],
};
