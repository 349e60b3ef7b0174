import type { TestCertificate } from '#tests/support/certificates.ts';
import { dayMs, issueAuthority, issueCertificate, testNow } from '#tests/support/certificates.ts';
import {
  changeSessions,
  failSessions,
  healthyEndpoint,
  leafWith,
  testAddresses,
  testPki,
  trustedTls,
  untrustedTls,
} from '#tests/support/observations.ts';
import type { EndpointFixtures } from '../fixture.ts';

const [first] = testAddresses;
const healthy = healthyEndpoint();
const showing = (leaf: TestCertificate) =>
  changeSessions(healthy, () => ({ tls: trustedTls([leaf, testPki.intermediate]) }));
const refused = (chain: readonly TestCertificate[], error: string) =>
  changeSessions(healthy, () => ({ tls: untrustedTls(chain, error) }));
const intermediateWith = (remainingMs: number) =>
  issueAuthority('Ending Intermediate', { issuer: testPki.root, notAfter: testNow + remainingMs });
const leafOf = (issuer: TestCertificate) =>
  issueCertificate({ commonName: 'mail.example.org', dnsNames: ['mail.example.org'], issuer });
const soon = intermediateWith(20 * dayMs);
const gone = intermediateWith(-dayMs);

export const fixtures: EndpointFixtures = {
  firing: [
    {
      name: 'three days left',
      code: 'certificate-expiry',
      verdict: 'crit',
      address: first,
      observation: showing(leafWith(3 * dayMs)),
      says: /expires 2026-11-27 04:00 UTC/,
    },
    {
      name: 'twenty days of ninety left',
      code: 'certificate-expiry',
      verdict: 'warn',
      address: first,
      observation: showing(leafWith(20 * dayMs)),
      says: /Renewed before 2026-11-21 16:00 UTC/,
    },
    {
      name: 'the same observation judged later',
      code: 'certificate-expiry',
      verdict: 'crit',
      address: first,
      observation: healthy,
      now: testNow + 61 * dayMs,
      says: /expired 2027-01-23 04:00 UTC/,
    },
    {
      name: 'expired yesterday',
      code: 'certificate-expiry',
      verdict: 'crit',
      address: first,
      observation: refused([leafWith(-dayMs), testPki.intermediate], 'CERT_HAS_EXPIRED'),
      says: /expired 2026-11-23 04:00 UTC/,
    },
    {
      name: 'not valid before tomorrow',
      code: 'certificate-not-yet-valid',
      verdict: 'crit',
      address: first,
      observation: refused([leafWith(91 * dayMs), testPki.intermediate], 'CERT_NOT_YET_VALID'),
      says: /not valid before 2026-11-25 04:00 UTC/,
    },
    {
      name: 'the intermediate ends before the certificate',
      code: 'chain-expiry',
      verdict: 'warn',
      address: first,
      observation: changeSessions(healthy, () => ({ tls: trustedTls([leafOf(soon), soon]) })),
      says: /CN=Ending Intermediate: expires 2026-12-14/,
    },
    {
      name: 'the intermediate has expired',
      code: 'chain-expiry',
      verdict: 'crit',
      address: first,
      observation: refused([leafOf(gone), gone], 'CERT_HAS_EXPIRED'),
      says: /expired 2026-11-23/,
    },
    {
      name: 'a CA certificate that was not sent has expired',
      code: 'chain-expiry',
      verdict: 'crit',
      address: first,
      observation: refused([testPki.leaf, testPki.intermediate], 'CERT_HAS_EXPIRED'),
      says: /that the server did not send/,
    },
  ],
  silent: [
    { name: 'sixty days of ninety left', observation: healthy, decided: true },
    {
      name: 'valid for ten years',
      observation: showing(leafWith(3650 * dayMs, 3651 * dayMs)),
      decided: true,
    },
    {
      name: 'bytes that are no certificate',
      observation: changeSessions(healthy, () => ({ tls: trustedTls([], { chain: ['AAAA'] }) })),
      decided: false,
    },
    { name: 'no chain', observation: changeSessions(healthy, () => ({ tls: trustedTls([]) })), decided: false },
    {
      name: 'a timeout',
      observation: failSessions(healthy, { stage: 'handshake', reason: 'timeout' }),
      decided: false,
    },
  ],
};
