import { baselineOf, rejectedBaseline } from '#tests/support/baselines.ts';
import { dayMs, issueAuthority, issueCertificate, testNow } from '#tests/support/certificates.ts';
import {
  changeSessions,
  changeTlsa,
  failSessions,
  healthyEndpoint,
  testAddresses,
  testPki,
  tlsaOf,
  trustedTls,
} from '#tests/support/observations.ts';
import { secure } from '#tests/support/zone-observations.ts';
import type { EndpointFixtures } from '../fixture.ts';

const host = 'mail.example.org';
const healthy = healthyEndpoint();
const showing = (certificate: ReturnType<typeof issueCertificate>) =>
  changeSessions(healthy, () => ({ tls: trustedTls([certificate, testPki.intermediate]) }));

const newKey = issueCertificate({ commonName: host, dnsNames: [host], issuer: testPki.intermediate });
const other = issueAuthority('Another Authority');
const otherIssuer = issueCertificate({ commonName: host, dnsNames: [host], issuer: other });
const twoNames = showing(
  issueCertificate({ commonName: host, dnsNames: [host, 'imap.example.org'], issuer: testPki.intermediate }),
);
// The certificates of the tests have 60 of 90 days left.
const baseline = baselineOf(healthy);
const old = baselineOf(healthy, { notBefore: testNow - 60 * dayMs, notAfter: testNow + 30 * dayMs });

export const fixtures: EndpointFixtures = {
  firing: [
    {
      name: 'a new key after a third of the life of the old one',
      code: 'key-changed',
      verdict: 'warn',
      address: null,
      observation: showing(newKey),
      context: { baseline },
      says: /New key of mail\.example\.org:993: waiting for your word/,
    },
    {
      name: 'a new key that somebody rejected',
      code: 'key-changed',
      verdict: 'crit',
      address: null,
      observation: showing(newKey),
      context: { baseline: rejectedBaseline(healthy, showing(newKey)) },
      says: /rejected by ops@example\.org/,
    },
    {
      name: 'another key than the one that was rejected',
      code: 'key-changed',
      verdict: 'warn',
      address: null,
      observation: showing(issueCertificate({ commonName: host, dnsNames: [host], issuer: testPki.intermediate })),
      context: { baseline: rejectedBaseline(healthy, showing(newKey)) },
      says: /waiting for your word/,
    },
    {
      name: 'another authority, although the old certificate was due',
      code: 'issuer-changed',
      verdict: 'warn',
      address: null,
      observation: showing(otherIssuer),
      context: { baseline: old },
      says: /CN=Test Intermediate[^]*CN=Another Authority/,
    },
    {
      name: 'a name of the certificate is gone',
      code: 'certificate-names-lost',
      verdict: 'warn',
      address: null,
      observation: healthy,
      context: { baseline: baselineOf(twoNames) },
      says: /The names of before: imap\.example\.org/,
    },
  ],
  silent: [
    { name: 'nothing to compare with', observation: showing(newKey), decided: true },
    { name: 'the same as before', observation: healthy, context: { baseline }, decided: true },
    { name: 'renewed when it was due', observation: showing(newKey), context: { baseline: old }, decided: true },
    { name: 'a name more', observation: twoNames, context: { baseline: old }, decided: true },
    {
      name: 'a new key that a TLSA record announces',
      observation: changeTlsa(showing(newKey), [tlsaOf(newKey)], { dnssec: secure }),
      context: { baseline },
      decided: true,
    },
    {
      name: 'one address could not be looked at',
      observation: failSessions(showing(newKey), { stage: 'connect', reason: 'timeout' }, (index) => index === 1),
      context: { baseline },
      decided: false,
    },
    {
      name: 'several servers behind one address',
      observation: showing(newKey),
      context: { baseline, mixedAddresses: [testAddresses[1]] },
      decided: false,
    },
  ],
};
