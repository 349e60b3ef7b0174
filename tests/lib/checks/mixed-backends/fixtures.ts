import type { TlsFacts } from '#lib/model/observation.ts';
import { issueCertificate, testNow } from '#tests/support/certificates.ts';
import { testAddresses, testPki, trustedTls } from '#tests/support/observations.ts';
import { accepted, changeScan, healthyScan, refused, tlsAt } from '#tests/support/scan-observations.ts';
import type { ScanFixtures } from '../fixture.ts';

const [first] = testAddresses;
const healthy = healthyScan();
const usual = tlsAt('TLSv1.3');
const answering = (...repeated: readonly TlsFacts[]) => changeScan(healthy, () => ({ repeated }));
const issue = (keyType: 'ec' | 'rsa', notBefore?: number) =>
  issueCertificate({
    ...(notBefore === undefined ? {} : { notBefore }),
    commonName: 'mail.example.org',
    dnsNames: ['mail.example.org'],
    issuer: testPki.intermediate,
    keyType,
  });
const daysAgo = (days: number) => testNow - days * 86_400_000;
const showing = (
  keyType: 'ec' | 'rsa',
  { version = 'TLSv1.3', notBefore }: { version?: string; notBefore?: number } = {},
) => trustedTls([issue(keyType, notBefore), testPki.intermediate], { version });
const older = showing('ec', { notBefore: daysAgo(2) });
const younger = showing('ec', { notBefore: daysAgo(1) });

export const fixtures: ScanFixtures = {
  firing: [
    {
      name: 'two certificates in turn',
      code: 'mixed-backends',
      verdict: 'fail',
      address: first,
      observation: answering(usual, showing('ec'), usual),
      says: /differ in certificates\. 2 × usual: TLSv1\.3 TLS_AES_256_GCM_SHA384, ec certificate [0-9a-f]{12} to 2027-01-23/,
    },
    {
      name: 'an older certificate after a younger one',
      code: 'mixed-backends',
      verdict: 'fail',
      address: first,
      observation: answering(younger, older),
      says: /differ in certificates/,
    },
    {
      name: 'two certificates, each seen again after the other',
      code: 'mixed-backends',
      verdict: 'fail',
      address: first,
      observation: answering(older, younger, younger, older),
      says: /differ in certificates/,
    },
    {
      name: 'a key of another kind in the same handshake',
      code: 'mixed-backends',
      verdict: 'fail',
      address: first,
      observation: answering(usual, showing('rsa')),
      says: /rsa certificate/,
    },
    {
      name: 'another certificate where only its kind of key was offered',
      code: 'mixed-backends',
      verdict: 'fail',
      address: first,
      observation: changeScan(healthy, ({ keys }) => ({
        keys: { ...keys, ec: accepted(showing('ec', { version: 'TLSv1.2' })) },
      })),
      says: /1 × ECDSA keys only: TLSv1\.2/,
    },
    {
      name: 'TLS 1.2 and TLS 1.3 in turn',
      code: 'mixed-backends',
      verdict: 'fail',
      address: first,
      observation: answering(usual, tlsAt('TLSv1.2')),
      says: /They differ in TLS versions\./,
    },
    {
      name: 'TLS 1.3 only where it is offered alone',
      code: 'mixed-backends',
      verdict: 'fail',
      address: first,
      observation: answering(tlsAt('TLSv1.2'), tlsAt('TLSv1.2')),
      says: /They differ in TLS versions\./,
    },
    {
      name: 'TLS 1.3 refused where it is offered alone',
      code: 'mixed-backends',
      verdict: 'fail',
      address: first,
      observation: changeScan(healthy, ({ versions }) => ({ versions: { ...versions, 'TLSv1.3': refused } })),
      says: /They differ in TLS versions\./,
    },
    {
      name: 'two suites in turn',
      code: 'mixed-backends',
      verdict: 'fail',
      address: first,
      observation: answering(usual, { ...usual, cipher: 'TLS_CHACHA20_POLY1305_SHA256' }),
      says: /differ in cipher suites/,
    },
  ],
  silent: [
    { name: 'always the same', observation: healthy, decided: true },
    {
      name: 'an RSA certificate beside the usual one',
      observation: changeScan(healthy, ({ keys }) => ({
        keys: { ...keys, rsa: accepted(showing('rsa', { version: 'TLSv1.2' })) },
      })),
      decided: true,
    },
    {
      name: 'a certificate that was replaced while the scan looked',
      observation: changeScan(healthy, ({ keys }) => {
        return { repeated: [usual, usual, younger, younger], keys: { ...keys, ec: accepted(younger) } };
      }),
      decided: false,
    },
    {
      name: 'a certificate that was replaced twice while the scan looked',
      observation: changeScan(healthy, ({ keys }) => ({
        repeated: [usual, older, younger, younger],
        keys: { ...keys, ec: accepted(younger) },
      })),
      decided: false,
    },
    { name: 'one answer', observation: answering(usual), decided: false },
    { name: 'no answer', observation: answering(), decided: false },
  ],
};
