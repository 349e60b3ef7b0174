import type { AddressSession } from '#lib/model/observation.ts';
import type { TestCertificate } from '#tests/support/certificates.ts';
import { dayMs, issueCertificate } from '#tests/support/certificates.ts';
import {
  changeSessions,
  failSessions,
  healthyEndpoint,
  leafWith,
  testEndpoint,
  testPki,
  trustedTls,
  untrustedTls,
} from '#tests/support/observations.ts';
import type { EndpointFixtures } from '../fixture.ts';

const healthy = healthyEndpoint();
const starttls = healthyEndpoint(testEndpoint('imap', 'starttls'));
const second = (change: Partial<AddressSession>, observation = healthy) =>
  changeSessions(observation, (_session, index) => (index === 1 ? change : {}));
const showing = (leaf: TestCertificate) => second({ tls: trustedTls([leaf, testPki.intermediate]) });
const issue = (options: Partial<Parameters<typeof issueCertificate>[0]>) =>
  issueCertificate({
    commonName: 'mail.example.org',
    dnsNames: ['mail.example.org'],
    issuer: testPki.intermediate,
    ...options,
  });
const fires = (fixture: {
  readonly name: string;
  readonly kind: 'certificate' | 'tls-version' | 'capabilities';
  readonly verdict: 'info' | 'warn' | 'fail';
  readonly observation: typeof healthy;
  readonly says: RegExp;
}) => ({
  name: fixture.name,
  code: `addresses-differ-${fixture.kind}`,
  verdict: fixture.verdict,
  address: null,
  observation: fixture.observation,
  says: fixture.says,
});

export const fixtures: EndpointFixtures = {
  firing: [
    fires({
      name: 'an old certificate that the sibling has replaced',
      kind: 'certificate',
      verdict: 'fail',
      observation: showing(leafWith(10 * dayMs)),
      says: /2001:db8::1 shows one valid to 2026-12-04/,
    }),
    fires({
      name: 'certificates of another age, both far from their end',
      kind: 'certificate',
      verdict: 'warn',
      observation: showing(leafWith(70 * dayMs)),
      says: /192\.0\.2\.1 shows one valid to 2027-01-23/,
    }),
    fires({
      name: 'an expired certificate at one address',
      kind: 'certificate',
      verdict: 'fail',
      observation: second({ tls: untrustedTls([leafWith(-5 * dayMs), testPki.intermediate], 'CERT_HAS_EXPIRED') }),
      says: /2001:db8::1 shows one valid to 2026-11-19 and is not trusted/,
    }),
    fires({
      name: 'another name',
      kind: 'certificate',
      verdict: 'fail',
      observation: showing(issue({ dnsNames: ['old.example.org'] })),
      says: /2001:db8::1 is for old\.example\.org/,
    }),
    fires({
      name: 'one that does not send its intermediate',
      kind: 'certificate',
      verdict: 'fail',
      observation: second({ tls: untrustedTls([testPki.leaf], 'UNABLE_TO_VERIFY_LEAF_SIGNATURE') }),
      says: /2001:db8::1 is not trusted/,
    }),
    fires({
      name: 'another key of the same kind, all else equal',
      kind: 'certificate',
      verdict: 'info',
      observation: showing(issue({})),
      says: /another key/,
    }),
    fires({
      name: 'TLS 1.1 at one address',
      kind: 'tls-version',
      verdict: 'fail',
      observation: second({ tls: trustedTls([testPki.leaf, testPki.intermediate], { version: 'TLSv1.1' }) }),
      says: /2001:db8::1 reaches TLSv1\.1/,
    }),
    fires({
      name: 'TLS 1.2 at one address',
      kind: 'tls-version',
      verdict: 'warn',
      observation: second({ tls: trustedTls([testPki.leaf, testPki.intermediate], { version: 'TLSv1.2' }) }),
      says: /TLSv1\.3, as at 192\.0\.2\.1/,
    }),
    fires({
      name: 'STARTTLS stripped at one address',
      kind: 'capabilities',
      verdict: 'fail',
      observation: second({ starttls: 'not-advertised', tls: null, capabilitiesAfterTls: null }, starttls),
      says: /2001:db8::1 has STARTTLS: none/,
    }),
    fires({
      name: 'other ways to log in',
      kind: 'capabilities',
      verdict: 'warn',
      observation: second({ capabilitiesAfterTls: ['IMAP4rev1'] }),
      says: /2001:db8::1 has authentication: none/,
    }),
  ],
  silent: [
    { name: 'two alike', observation: healthy, decided: true },
    {
      name: 'an address with servers that are not alike',
      observation: showing(leafWith(10 * dayMs)),
      context: { mixedAddresses: ['2001:db8::1'] },
      decided: true,
    },
    {
      name: 'one address',
      observation: { ...healthy, sessions: healthy.sessions.slice(0, 1) },
      decided: true,
    },
    { name: 'an RSA key here and an EC key there', observation: showing(issue({ keyType: 'rsa' })), decided: true },
    {
      name: 'capabilities that nobody relies on',
      observation: second({ capabilitiesAfterTls: ['IMAP4rev1', 'AUTH=PLAIN', 'IDLE'] }),
      decided: true,
    },
    {
      name: 'POP3 servers without CAPA',
      observation: changeSessions(healthyEndpoint(testEndpoint('pop3')), () => ({ capabilitiesAfterTls: null })),
      decided: true,
    },
    {
      name: 'one of two not seen',
      observation: failSessions(healthy, { stage: 'connect', reason: 'refused' }, (index) => index === 1),
      decided: false,
    },
  ],
};
