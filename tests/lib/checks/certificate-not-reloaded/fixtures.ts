import type { KnownCertificate } from '#lib/checks/check.ts';
import type { TestCertificate } from '#tests/support/certificates.ts';
import { dayMs, issueCertificate, testNow } from '#tests/support/certificates.ts';
import { leafWith, testAddresses, testPki, trustedTls } from '#tests/support/observations.ts';
import { accepted, changeScan, healthyScan } from '#tests/support/scan-observations.ts';
import type { ScanFixtures } from '../fixture.ts';

const [first] = testAddresses;
const healthy = healthyScan();
const seen = ({ base64 }: TestCertificate): KnownCertificate => ({
  der: base64,
  source: 'seen',
  seenAt: 'mail.example.org:465',
});
const given = ({ base64 }: TestCertificate): KnownCertificate => ({
  der: base64,
  source: 'given',
  seenAt: 'operator@example.org',
});
const renewed = (options: Partial<Parameters<typeof issueCertificate>[0]> = {}) =>
  issueCertificate({
    commonName: 'mail.example.org',
    dnsNames: ['mail.example.org'],
    issuer: testPki.intermediate,
    notBefore: testNow - dayMs,
    notAfter: testNow + 89 * dayMs,
    ...options,
  });
const ending = trustedTls([leafWith(10 * dayMs), testPki.intermediate]);
const showing = (tls: typeof ending) =>
  changeScan(healthy, ({ keys }) => ({ repeated: [tls, tls], keys: { ...keys, ec: accepted(tls) } }));
const twoNames = issueCertificate({
  commonName: 'mail.example.org',
  dnsNames: ['mail.example.org', 'imap.example.org'],
  issuer: testPki.intermediate,
});

export const fixtures: ScanFixtures = {
  firing: [
    {
      name: 'a newer one on another port',
      code: 'certificate-not-reloaded',
      verdict: 'warn',
      address: first,
      observation: healthy,
      context: { knownCertificates: [seen(renewed())] },
      says: /The one of 2026-11-23 04:00 UTC \(SHA-256 [0-9a-f]{15}…\), seen at mail\.example\.org:465/,
    },
    {
      name: 'a newer one given by an operator',
      code: 'certificate-not-reloaded',
      verdict: 'warn',
      address: first,
      observation: healthy,
      context: { knownCertificates: [given(renewed())] },
      says: /given by operator@example\.org/,
    },
    {
      name: 'the old one is about to expire',
      code: 'certificate-not-reloaded',
      verdict: 'fail',
      address: first,
      observation: showing(ending),
      context: { knownCertificates: [seen(renewed())] },
      says: /which ends 2026-12-04 04:00 UTC/,
    },
    {
      name: 'a given one that drops a name',
      code: 'certificate-not-reloaded',
      verdict: 'warn',
      address: first,
      observation: showing(trustedTls([twoNames, testPki.intermediate])),
      context: { knownCertificates: [given(renewed())] },
      says: /postfix reload/,
    },
  ],
  silent: [
    { name: 'none is known', observation: healthy, decided: true },
    {
      name: 'the same, an older one, one of tomorrow and one that is over',
      observation: healthy,
      context: {
        knownCertificates: [
          seen(testPki.leaf),
          seen(leafWith(20 * dayMs)),
          given(renewed({ notBefore: testNow + dayMs })),
          seen(renewed({ notAfter: testNow - 3_600_000 })),
        ],
      },
      decided: true,
    },
    {
      name: 'a key of another kind',
      observation: healthy,
      context: { knownCertificates: [given(renewed({ keyType: 'rsa' }))] },
      decided: true,
    },
    {
      name: 'one for another host, and bytes that are none',
      observation: healthy,
      context: {
        knownCertificates: [
          given(renewed({ dnsNames: ['www.example.org'] })),
          { der: 'AAAA', source: 'given', seenAt: 'x' },
        ],
      },
      decided: true,
    },
    {
      name: 'one of another service that is for fewer names',
      observation: showing(trustedTls([twoNames, testPki.intermediate])),
      context: { knownCertificates: [seen(renewed())] },
      decided: true,
    },
    {
      name: 'no certificate was seen',
      observation: changeScan(healthy, ({ versions, keys }) => ({
        repeated: [],
        keys: { ...keys, ec: keys.rsa },
        versions: { ...versions, 'TLSv1.2': versions.TLSv1, 'TLSv1.3': versions.TLSv1 },
      })),
      context: { knownCertificates: [seen(renewed())] },
      decided: false,
    },
  ],
};
