import { undeclared } from '#lib/model/declaration.ts';
import {
  changeSessions,
  failSessions,
  healthyEndpoint,
  testAddresses,
  testEndpoint,
} from '#tests/support/observations.ts';
import type { EndpointFixtures } from '../fixture.ts';

const [first] = testAddresses;
const submissions = healthyEndpoint(testEndpoint('submission'));
const mx = healthyEndpoint(testEndpoint('smtp', 'starttls'));
const mxWithAuth = changeSessions(mx, () => ({ capabilitiesAfterTls: ['PIPELINING', 'AUTH PLAIN LOGIN'] }));

export const fixtures: EndpointFixtures = {
  firing: [
    {
      name: 'port 465 without AUTH',
      code: 'submission-auth-missing',
      verdict: 'fail',
      address: first,
      observation: changeSessions(submissions, () => ({ capabilitiesAfterTls: ['PIPELINING', 'SIZE 1000'] })),
      says: /answered with PIPELINING, SIZE 1000/,
    },
    {
      name: 'an MX host with AUTH',
      code: 'auth-on-mx',
      verdict: 'warn',
      address: first,
      observation: mxWithAuth,
      says: /answered with AUTH LOGIN, PLAIN/,
    },
    {
      name: 'an MX host with AUTH before TLS',
      code: 'auth-on-mx',
      verdict: 'warn',
      address: first,
      observation: changeSessions(mx, () => ({ capabilitiesBeforeTls: ['AUTH=LOGIN', 'STARTTLS'] })),
      says: /AUTH LOGIN/,
    },
    {
      name: 'an MX host that is declared as submission for old clients',
      code: 'auth-on-mx',
      verdict: 'info',
      address: first,
      observation: mxWithAuth,
      context: { declaration: { ...undeclared, legacySubmission: true } },
      says: /takes logins although it is an MX host/,
    },
  ],
  silent: [
    { name: 'port 465 with AUTH', observation: submissions, decided: true },
    { name: 'an MX host without AUTH', observation: mx, decided: true },
    { name: 'IMAP', observation: healthyEndpoint(), decided: true },
    {
      name: 'a session that ended before EHLO under TLS',
      observation: changeSessions(mx, () => ({ capabilitiesAfterTls: null })),
      decided: false,
    },
    {
      name: 'no answer',
      observation: failSessions(submissions, { stage: 'connect', reason: 'refused' }),
      decided: false,
    },
  ],
};
