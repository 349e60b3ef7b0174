import { undeclared } from '#lib/model/declaration.ts';
import { endpointKey } from '#lib/model/endpoint.ts';
import type { AddressSession, EndpointObservation, IdentityField } from '#lib/model/observation.ts';
import { issueCertificate, testNow } from '#tests/support/certificates.ts';
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
const capabilitiesAfterTls = ['IMAP4rev1', 'DEEP', 'ID', 'AUTH=PLAIN'];
const advertising = (status: string): Partial<AddressSession> => ({
  capabilitiesAfterTls,
  identityAfterTls: [['deep', status] satisfies IdentityField],
});
const other = issueCertificate({
  commonName: 'mail.example.org',
  dnsNames: ['mail.example.org', 'imap.example.org'],
  issuer: testPki.intermediate,
});

/** Nothing of DEEP. */
const plain: Partial<AddressSession> = {
  capabilitiesAfterTls: ['IMAP4rev1', 'AUTH=PLAIN'],
  identityAfterTls: null,
};
const behind = { ...testEndpoint('imap', 'starttls'), host: 'backend.example.org' };

const front = changeSessions(healthyEndpoint(), () => plain);
const promisingFront = changeSessions(front, () => advertising('tls12 tls-cert'));
const backend = changeSessions(healthyEndpoint(behind), () =>
  advertising('TLS12 tls-cert <https://status.example.net/>'),
);
const plainBackend = changeSessions(healthyEndpoint(behind), () => plain);
const inFrontOf = (one: EndpointObservation) => ({
  declaration: { ...undeclared, frontOf: endpointKey(one.endpoint) },
  backend: one,
});
const version = (observation: EndpointObservation, tlsVersion: string) =>
  changeSessions(observation, () => ({ tls: trustedTls([testPki.leaf], { version: tlsVersion }) }));
const timeout = { stage: 'connect', reason: 'timeout' } as const;

export const fixtures: EndpointFixtures = {
  firing: [
    {
      name: 'a filter that advertises nothing',
      code: 'front-lacks-tag',
      verdict: 'crit',
      address: first,
      observation: front,
      context: inFrontOf(backend),
      says: /hides tags of imap\+starttls:\/\/backend\.example\.org:143[^]*Missing: tls-cert, tls12$/m,
    },
    {
      name: 'a filter that advertises less',
      code: 'front-lacks-tag',
      verdict: 'crit',
      address: first,
      observation: changeSessions(front, () => advertising('tls12')),
      context: inFrontOf(backend),
      says: /Missing: tls-cert$/m,
    },
    {
      name: 'a filter with an older TLS version',
      code: 'front-tls-weaker',
      verdict: 'crit',
      address: first,
      observation: version(front, 'TLSv1.2'),
      context: inFrontOf(plainBackend),
      says: /TLSv1\.3, as the server behind it[^]*TLSv1\.2$/m,
    },
    {
      name: 'a filter that takes STARTTLS away',
      code: 'front-tls-weaker',
      verdict: 'crit',
      address: first,
      observation: changeSessions(healthyEndpoint(testEndpoint('imap', 'starttls')), () => ({
        starttls: 'not-advertised',
        tls: null,
        capabilitiesAfterTls: null,
        failure: { stage: 'starttls', reason: 'not-advertised' },
      })),
      context: inFrontOf(plainBackend),
      says: /No STARTTLS$/m,
    },
    {
      name: 'a filter that refuses STARTTLS',
      code: 'front-tls-weaker',
      verdict: 'crit',
      address: first,
      observation: changeSessions(healthyEndpoint(testEndpoint('imap', 'starttls')), () => ({
        starttls: 'refused',
        tls: null,
        capabilitiesAfterTls: null,
        failure: { stage: 'starttls', reason: 'rejected' },
      })),
      context: inFrontOf(plainBackend),
      says: /STARTTLS is refused$/m,
    },
    {
      name: 'certificates for different names',
      code: 'front-certificate-differs',
      verdict: 'warn',
      address: first,
      observation: changeSessions(front, () => ({ tls: trustedTls([other, testPki.intermediate]) })),
      context: inFrontOf(plainBackend),
      says: /Names: imap\.example\.org, mail\.example\.org$/m,
    },
    {
      name: 'different mechanisms',
      code: 'front-login-differs',
      verdict: 'warn',
      address: first,
      observation: changeSessions(front, () => ({ capabilitiesAfterTls: ['IMAP4rev1', 'AUTH=LOGIN'] })),
      context: inFrontOf(plainBackend),
      says: /: PLAIN$[^]*Mechanisms: LOGIN$/m,
    },
  ],
  silent: [
    { name: 'all alike', observation: promisingFront, context: inFrontOf(backend), decided: true },
    {
      name: 'a filter that promises and offers more',
      observation: promisingFront,
      context: inFrontOf(version(plainBackend, 'TLSv1.2')),
      decided: true,
    },
    { name: 'nothing declared', observation: front, decided: true },
    {
      name: 'a backend that nobody has seen',
      observation: front,
      context: { declaration: { ...undeclared, frontOf: endpointKey(backend.endpoint) } },
      decided: false,
    },
    {
      name: 'a backend that was not reached',
      observation: front,
      context: inFrontOf(failSessions(backend, timeout)),
      decided: false,
    },
    {
      name: 'a backend that was seen days ago',
      observation: front,
      context: inFrontOf({ ...backend, finishedAt: testNow - 2 * 24 * 60 * 60 * 1000 }),
      decided: false,
    },
  ],
};
