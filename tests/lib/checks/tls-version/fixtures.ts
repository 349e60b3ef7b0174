import {
  changeSessions,
  failSessions,
  healthyEndpoint,
  testAddresses,
  testEndpoint,
  testPki,
  trustedTls,
} from '#tests/support/observations.ts';
import type { EndpointFixtures } from '../fixture.ts';

const [first] = testAddresses;
const healthy = healthyEndpoint();
const reaching = (version: string, observation = healthy) =>
  changeSessions(observation, () => ({ tls: trustedTls([testPki.leaf, testPki.intermediate], { version }) }));

export const fixtures: EndpointFixtures = {
  firing: [
    {
      name: 'TLS 1.1 for mail clients',
      code: 'tls-version-obsolete',
      verdict: 'crit',
      packs: { draft: 'pass', current: 'crit' },
      address: first,
      observation: reaching('TLSv1.1'),
      says: /mail\.example\.org:993 reaches only TLSv1\.1/,
    },
    {
      name: 'TLS 1.0 between mail servers',
      code: 'tls-version-obsolete',
      verdict: 'warn',
      packs: { draft: 'pass', current: 'warn' },
      address: first,
      observation: reaching('TLSv1', healthyEndpoint(testEndpoint('smtp', 'starttls'))),
      says: /reaches only TLSv1$/m,
    },
    {
      name: 'SSL 3.0, which no pack takes for TLS',
      code: 'tls-version-obsolete',
      verdict: 'crit',
      address: first,
      observation: reaching('SSLv3'),
      says: /reaches only SSLv3$/m,
    },
  ],
  silent: [
    { name: 'TLS 1.3', observation: healthy, decided: true },
    { name: 'TLS 1.2', observation: reaching('TLSv1.2'), decided: true },
    { name: 'no TLS', observation: failSessions(healthy, { stage: 'handshake', reason: 'tls' }), decided: false },
  ],
};
