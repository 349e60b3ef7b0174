import type { TestCertificate } from '#tests/support/certificates.ts';
import { dayMs, issueCertificate, testNow } from '#tests/support/certificates.ts';
import {
  changeSessions,
  failSessions,
  healthyEndpoint,
  leafWith,
  testAddresses,
  testPki,
  untrustedTls,
} from '#tests/support/observations.ts';
import type { EndpointFixtures } from '../fixture.ts';

const [first] = testAddresses;
const healthy = healthyEndpoint();
const { leaf, intermediate, root } = testPki;
const refused = (chain: readonly TestCertificate[], error: string) =>
  changeSessions(healthy, () => ({ tls: untrustedTls(chain, error) }));
const selfSigned = issueCertificate({ commonName: 'localhost', dnsNames: ['mail.example.org'] });
const selfSignedAndExpired = issueCertificate({
  commonName: 'localhost',
  dnsNames: ['mail.example.org'],
  notBefore: testNow - 90 * dayMs,
  notAfter: testNow - dayMs,
});
const fires = (fixture: {
  readonly name: string;
  readonly code: string;
  readonly chain: readonly TestCertificate[];
  readonly error: string;
  readonly says: RegExp;
}) => ({
  name: fixture.name,
  code: fixture.code,
  verdict: 'fail' as const,
  address: first,
  observation: refused(fixture.chain, fixture.error),
  says: fixture.says,
});

export const fixtures: EndpointFixtures = {
  firing: [
    fires({
      name: 'self-signed',
      code: 'certificate-self-signed',
      chain: [selfSigned],
      error: 'DEPTH_ZERO_SELF_SIGNED_CERT',
      says: /CN=localhost vouches for itself/,
    }),
    fires({
      name: 'self-signed and expired: OpenSSL names the date only',
      code: 'certificate-self-signed',
      chain: [selfSignedAndExpired],
      error: 'CERT_HAS_EXPIRED',
      says: /self-signed/,
    }),
    fires({
      name: 'missing intermediate',
      code: 'certificate-intermediate-missing',
      chain: [leaf],
      error: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
      says: /CN=Test Intermediate is neither sent nor a known root/,
    }),
    fires({
      name: 'unknown CA, root not sent',
      code: 'certificate-authority-unknown',
      chain: [leaf, intermediate],
      error: 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
      says: /ends at CN=Test Root/,
    }),
    fires({
      name: 'unknown CA, root sent',
      code: 'certificate-authority-unknown',
      chain: [leaf, intermediate, root],
      error: 'SELF_SIGNED_CERT_IN_CHAIN',
      says: /ends at CN=Test Root/,
    }),
    fires({
      name: 'another reason',
      code: 'certificate-untrusted',
      chain: [leaf, intermediate],
      error: 'INVALID_PURPOSE',
      says: /INVALID_PURPOSE/,
    }),
    fires({
      name: 'a CA certificate that is not valid yet',
      code: 'certificate-untrusted',
      chain: [leaf, intermediate],
      error: 'CERT_NOT_YET_VALID',
      says: /CERT_NOT_YET_VALID/,
    }),
  ],
  silent: [
    { name: 'trusted', observation: healthy, decided: true },
    {
      name: 'expired only: that is another check, and it hides the rest of the path',
      observation: refused([leafWith(-dayMs), intermediate], 'CERT_HAS_EXPIRED'),
      decided: false,
    },
    {
      name: 'not yet valid only',
      observation: refused([leafWith(91 * dayMs), intermediate], 'CERT_NOT_YET_VALID'),
      decided: false,
    },
    { name: 'no TLS', observation: failSessions(healthy, { stage: 'handshake', reason: 'tls' }), decided: false },
    { name: 'refused', observation: failSessions(healthy, { stage: 'connect', reason: 'refused' }), decided: false },
  ],
};
