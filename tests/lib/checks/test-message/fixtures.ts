import type { MessageObservation } from '#lib/model/message-observation.ts';
import { healthyMessage, trace } from '#tests/support/message-observations.ts';
import type { MessageFixtures } from '../fixture.ts';

const healthy = healthyMessage();

/** Found with these Received fields. */
function traced(...received: readonly string[]): MessageObservation {
  return { ...healthy, found: { ok: true, facts: { received, afterMs: 900 } } };
}

const atDomain = { address: null } as const;

export const fixtures: MessageFixtures = {
  firing: [
    {
      ...atDomain,
      name: 'a login that is refused',
      code: 'test-message-refused',
      verdict: 'fail',
      observation: {
        ...healthy,
        sent: { ok: false, failure: { refused: true, said: '535 5.7.8 Error: authentication failed' } },
        found: null,
        removed: null,
      },
      says: /535 5\.7\.8/,
    },
    {
      ...atDomain,
      name: 'not there in time',
      code: 'test-message-lost',
      verdict: 'fail',
      observation: { ...healthy, found: { ok: true, facts: null }, removed: null },
      says: /Accepted by mail\.example\.org:465, and not found/,
    },
    {
      ...atDomain,
      name: 'a mailbox that does not open',
      code: 'test-message-lost',
      verdict: 'fail',
      observation: {
        ...healthy,
        found: { ok: false, failure: { refused: true, said: 'NO no such user' } },
        removed: null,
      },
      says: /could not be read: NO no such user/,
    },
    {
      ...atDomain,
      name: 'found and not removed',
      code: 'test-message-left-behind',
      verdict: 'warn',
      observation: { ...healthy, removed: false },
      says: /still in INBOX/,
    },
    {
      ...atDomain,
      name: 'a trace without TLS',
      code: 'received-without-tls',
      verdict: 'info',
      observation: traced(trace('')),
      says: /No word of TLS: from me/,
    },
    {
      ...atDomain,
      name: 'TLS in a comment',
      code: 'received-without-tls',
      verdict: 'info',
      observation: traced(trace(' (using TLSv1.3 with cipher TLS_AES_256_GCM_SHA384)')),
      says: /TLS only in a comment/,
    },
    {
      ...atDomain,
      name: 'no trace at all',
      code: 'received-without-tls',
      verdict: 'info',
      observation: traced(),
      says: /no Received field/,
    },
    {
      ...atDomain,
      name: 'a suite as OpenSSL names it',
      code: 'received-cipher-unreadable',
      verdict: 'info',
      observation: traced(trace(' tls ECDHE-RSA-AES128-SHA')),
      says: /tls ECDHE-RSA-AES128-SHA/,
    },
  ],
  silent: [
    { name: 'a clause with a name', observation: healthy, decided: true },
    { name: 'a clause with digits', observation: traced(trace(' tls 0x1301')), decided: true },
    {
      name: 'no connection',
      observation: {
        ...healthy,
        sent: { ok: false, failure: { refused: false, said: 'timeout' } },
        found: null,
        removed: null,
      },
      decided: false,
    },
    {
      name: 'a mailbox that could not be reached',
      observation: { ...healthy, found: { ok: false, failure: { refused: false, said: 'timeout' } }, removed: null },
      decided: false,
    },
  ],
};
