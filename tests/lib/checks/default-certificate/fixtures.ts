import type { TlsFacts } from '#lib/model/observation.ts';
import { issueCertificate } from '#tests/support/certificates.ts';
import { testAddresses, testPki, trustedTls, untrustedTls } from '#tests/support/observations.ts';
import { accepted, changeScan, healthyScan, refused } from '#tests/support/scan-observations.ts';
import type { ScanFixtures } from '../fixture.ts';

const [first] = testAddresses;
const healthy = healthyScan();
const showing = (tls: TlsFacts) => changeScan(healthy, () => ({ withoutServerName: accepted(tls) }));
const other = issueCertificate({ commonName: 'x', dnsNames: ['imap.example.net'], issuer: testPki.intermediate });
const packaged = issueCertificate({ commonName: 'localhost' });

export const fixtures: ScanFixtures = {
  firing: [
    {
      name: 'a certificate for another host',
      code: 'default-certificate-unusable',
      verdict: 'warn',
      address: first,
      observation: showing(trustedTls([other, testPki.intermediate], { serverName: '' })),
      says: /The certificate is for imap\.example\.net/,
    },
    {
      name: 'the certificate that the server was packaged with',
      code: 'default-certificate-unusable',
      verdict: 'warn',
      address: first,
      observation: showing(untrustedTls([packaged], 'DEPTH_ZERO_SELF_SIGNED_CERT')),
      says: /not trusted \(DEPTH_ZERO_SELF_SIGNED_CERT\): CN=localhost/,
    },
    {
      name: 'refused without SNI',
      code: 'server-name-required',
      verdict: 'warn',
      address: first,
      observation: changeScan(healthy, () => ({
        withoutServerName: { outcome: 'refused', said: 'unrecognized_name' },
      })),
      says: /The server answered: unrecognized_name/,
    },
  ],
  silent: [
    { name: 'the same certificate', observation: healthy, decided: true },
    {
      name: 'the certificate of another watched host at this address',
      observation: showing(trustedTls([other, testPki.intermediate], { serverName: '' })),
      context: { hostedNames: ['imap.example.net'] },
      decided: true,
    },
    {
      name: 'a host that is an address',
      observation: changeScan(healthy, () => ({ withoutServerName: null })),
      decided: true,
    },
    {
      name: 'refused with SNI as well',
      observation: changeScan(healthy, () => ({
        withoutServerName: refused,
        versions: { TLSv1: refused, 'TLSv1.1': refused, 'TLSv1.2': refused, 'TLSv1.3': refused },
      })),
      decided: false,
    },
    {
      name: 'nobody could look',
      observation: changeScan(healthy, () => ({
        withoutServerName: { outcome: 'unseen', failure: { stage: 'connect', reason: 'timeout' } },
      })),
      decided: false,
    },
  ],
};
