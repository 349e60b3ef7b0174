import type { TlsFacts } from '#lib/model/observation.ts';
import { dayMs, issueCertificate, testNow } from '#tests/support/certificates.ts';
import { testAddresses, testPki, trustedTls, untrustedTls } from '#tests/support/observations.ts';
import { accepted, changeScan, healthyScan } from '#tests/support/scan-observations.ts';
import type { ScanFixtures } from '../fixture.ts';

const [first] = testAddresses;
const healthy = healthyScan();
const rsa = (options: Partial<Parameters<typeof issueCertificate>[0]> = {}) =>
  issueCertificate({
    commonName: 'mail.example.org',
    dnsNames: ['mail.example.org'],
    issuer: testPki.intermediate,
    keyType: 'rsa',
    ...options,
  });
const having = (tls: TlsFacts) => changeScan(healthy, ({ keys }) => ({ keys: { ...keys, rsa: accepted(tls) } }));
const ending = (remainingMs: number) =>
  rsa({ notBefore: testNow + remainingMs - 90 * dayMs, notAfter: testNow + remainingMs });

export const fixtures: ScanFixtures = {
  firing: [
    {
      name: 'an RSA certificate that was not renewed with the ECDSA one',
      code: 'other-certificate-expiry',
      verdict: 'crit',
      address: first,
      observation: having(trustedTls([ending(3 * dayMs), testPki.intermediate])),
      says: /RSA certificate of mail\.example\.org:993 expires 2026-11-27/,
    },
    {
      name: 'an RSA certificate that has expired',
      code: 'other-certificate-expiry',
      verdict: 'crit',
      address: first,
      observation: having(untrustedTls([ending(-dayMs), testPki.intermediate], 'CERT_HAS_EXPIRED')),
      says: /expired 2026-11-23/,
    },
    {
      name: 'an RSA certificate of tomorrow',
      code: 'other-certificate-expiry',
      verdict: 'crit',
      address: first,
      observation: having(untrustedTls([ending(91 * dayMs), testPki.intermediate], 'CERT_NOT_YET_VALID')),
      says: /is not valid before 2026-11-25/,
    },
    {
      name: 'an RSA certificate without its intermediate',
      code: 'other-certificate-untrusted',
      verdict: 'fail',
      address: first,
      observation: having(untrustedTls([rsa()], 'UNABLE_TO_VERIFY_LEAF_SIGNATURE')),
      says: /OpenSSL refuses CN=mail\.example\.org: UNABLE_TO_VERIFY_LEAF_SIGNATURE/,
    },
    {
      name: 'an RSA certificate for another host',
      code: 'other-certificate-name',
      verdict: 'fail',
      address: first,
      observation: having(trustedTls([rsa({ dnsNames: ['www.example.org'] }), testPki.intermediate])),
      says: /The certificate is for www\.example\.org/,
    },
    {
      name: 'an RSA certificate with the name in its common name only',
      code: 'other-certificate-name',
      verdict: 'fail',
      packs: { draft: 'pass', current: 'fail' },
      address: first,
      observation: having(trustedTls([rsa({ dnsNames: [] }), testPki.intermediate])),
      says: /No DNS name at all/,
    },
  ],
  silent: [
    { name: 'one certificate', observation: healthy, decided: true },
    { name: 'two good ones', observation: having(trustedTls([rsa(), testPki.intermediate])), decided: true },
    {
      name: 'nobody could look',
      observation: changeScan(healthy, ({ keys }) => ({
        keys: { ...keys, rsa: { outcome: 'unseen', failure: { stage: 'connect', reason: 'timeout' } } },
      })),
      decided: false,
    },
    {
      name: 'bytes that are no certificate',
      observation: having(trustedTls([], { chain: ['AAAA'] })),
      decided: false,
    },
  ],
};
