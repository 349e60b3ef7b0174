import { undeclared } from '#lib/model/declaration.ts';
import type { TestCertificate } from '#tests/support/certificates.ts';
import { issueCertificate } from '#tests/support/certificates.ts';
import {
  changeSessions,
  failSessions,
  healthyEndpoint,
  testAddresses,
  testPki,
  trustedTls,
} from '#tests/support/observations.ts';
import type { EndpointFixtures } from '../fixture.ts';

const [first] = testAddresses;
const healthy = healthyEndpoint();
const showing = (leaf: TestCertificate) =>
  changeSessions(healthy, () => ({ tls: trustedTls([leaf, testPki.intermediate]) }));
const issue = (commonName: string, dnsNames: readonly string[]) =>
  issueCertificate({ commonName, dnsNames, issuer: testPki.intermediate });

export const fixtures: EndpointFixtures = {
  firing: [
    {
      name: 'another name',
      code: 'certificate-name-mismatch',
      verdict: 'fail',
      address: first,
      observation: showing(issue('www.example.org', ['www.example.org', 'example.org'])),
      says: /is for www\.example\.org, example\.org/,
    },
    {
      name: 'another name, in the CN only',
      code: 'certificate-name-mismatch',
      verdict: 'fail',
      address: first,
      observation: showing(issue('imap.example.org', [])),
      says: /No DNS name at all; the subject CN=imap\.example\.org does not count/,
    },
    {
      name: 'the name in the CN only',
      code: 'certificate-common-name-only',
      verdict: 'fail',
      packs: { draft: 'pass', current: 'fail' },
      address: first,
      observation: showing(issue('mail.example.org', [])),
      says: /No DNS name at all; the subject CN=mail\.example\.org does not count/,
    },
    {
      name: 'a name that tries to leave its line',
      code: 'certificate-name-mismatch',
      verdict: 'fail',
      address: first,
      observation: showing(issue('x', ['a\r\nBcc: all@example.org\u0000', '<b>bold</b>'])),
      says: /is for a\ufffd\ufffdbcc: all@example\.org\ufffd, <b>bold<\/b>/,
    },
  ],
  silent: [
    { name: 'the host', observation: healthy, decided: true },
    { name: 'a wildcard', observation: showing(issue('x', ['*.example.org'])), decided: true },
    {
      name: 'a host that is an address',
      observation: { ...healthy, endpoint: { ...healthy.endpoint, host: '192.0.2.1' } },
      decided: true,
    },
    {
      name: 'the name that an operator declared',
      observation: showing(issue('x', ['imap.example.org'])),
      context: { declaration: { ...undeclared, serverName: 'imap.example.org' } },
      decided: true,
    },
    { name: 'no TLS', observation: failSessions(healthy, { stage: 'connect', reason: 'refused' }), decided: false },
  ],
};
