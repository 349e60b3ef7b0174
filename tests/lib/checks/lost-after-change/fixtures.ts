import { baselineOf } from '#tests/support/baselines.ts';
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

const [first, second] = testAddresses;
const implicit = healthyEndpoint();
const starttls = healthyEndpoint(testEndpoint('submission', 'starttls'));
const reaching = (version: string, which: (index: number) => boolean = () => true) =>
  changeSessions(implicit, (_session, index) =>
    which(index) ? { tls: trustedTls([testPki.leaf, testPki.intermediate], { version }) } : {},
  );
const stripped = changeSessions(starttls, () => ({
  capabilitiesBeforeTls: ['PIPELINING', 'XXXXXXXX'],
  capabilitiesAfterTls: null,
  starttls: 'not-advertised',
  tls: null,
  failure: { stage: 'starttls', reason: 'not-advertised' },
}));

export const fixtures: EndpointFixtures = {
  firing: [
    {
      name: 'TLS 1.2 where all addresses had TLS 1.3',
      code: 'tls-version-lowered',
      verdict: 'crit',
      address: first,
      observation: reaching('TLSv1.2'),
      context: { baseline: baselineOf(implicit) },
      says: /fell back from TLSv1\.3 to TLSv1\.2[^]*since 2026-11-14/,
    },
    {
      name: 'one address of two',
      code: 'tls-version-lowered',
      verdict: 'crit',
      address: second,
      observation: reaching('TLSv1.2', (index) => index === 1),
      context: { baseline: baselineOf(implicit) },
      says: /fell back from TLSv1\.3 to TLSv1\.2/,
    },
    {
      name: 'a filter strips STARTTLS',
      code: 'starttls-withdrawn',
      verdict: 'crit',
      address: first,
      observation: stripped,
      context: { baseline: baselineOf(starttls) },
      says: /no longer offers STARTTLS[^]*PIPELINING, XXXXXXXX/,
    },
  ],
  silent: [
    { name: 'nothing to compare with', observation: reaching('TLSv1.2'), decided: true },
    {
      name: 'the same as before',
      observation: starttls,
      context: { baseline: baselineOf(starttls) },
      decided: true,
    },
    {
      name: 'newer than before',
      observation: implicit,
      context: { baseline: baselineOf(reaching('TLSv1.2')) },
      decided: true,
    },
    {
      name: 'a version that we do not know',
      observation: reaching('TLSv1.4'),
      context: { baseline: baselineOf(implicit) },
      decided: true,
    },
    {
      name: 'never offered',
      observation: stripped,
      context: { baseline: baselineOf(stripped) },
      decided: true,
    },
    {
      name: 'no TLS was seen',
      observation: failSessions(implicit, { stage: 'handshake', reason: 'tls' }),
      context: { baseline: baselineOf(implicit) },
      decided: false,
    },
    {
      name: 'several servers behind the addresses',
      observation: reaching('TLSv1.2'),
      context: { baseline: baselineOf(implicit), mixedAddresses: testAddresses },
      decided: false,
    },
    {
      name: 'several servers behind the addresses, one without STARTTLS',
      observation: stripped,
      context: { baseline: baselineOf(starttls), mixedAddresses: testAddresses },
      decided: false,
    },
  ],
};
