import type { HttpDocument, ProbeFailure, TlsFacts } from '#lib/model/observation.ts';
import type { StatusUrl } from '#lib/model/scan-observation.ts';
import { issueCertificate } from '#tests/support/certificates.ts';
import { testAddresses, testPki, trustedTls, untrustedTls } from '#tests/support/observations.ts';
import { healthyScan } from '#tests/support/scan-observations.ts';
import type { ScanFixtures } from '../fixture.ts';

const url = 'https://status.example.net/mail';
const leaf = issueCertificate({
  commonName: 'status.example.net',
  dnsNames: ['status.example.net'],
  issuer: testPki.intermediate,
});
const page: HttpDocument = {
  url,
  address: '198.51.100.7',
  tls: trustedTls([leaf, testPki.intermediate]),
  status: 200,
  contentType: 'text/html',
  asksForLogin: false,
  redirects: [],
  body: '<p>All is well.</p>',
  truncated: false,
};
const naming = (change: Partial<StatusUrl>) => {
  const statusUrl: StatusUrl = { url, fetched: { ok: true, facts: page }, addresses: ['198.51.100.7'], ...change };
  return { ...healthyScan(), statusUrls: [statusUrl] };
};
const opening = (change: Partial<HttpDocument>) => naming({ fetched: { ok: true, facts: { ...page, ...change } } });
const failing = (failure: ProbeFailure, asked = url, tls: TlsFacts | null = null) =>
  naming({ fetched: { ok: false, url: asked, tls, failure } });

export const fixtures: ScanFixtures = {
  firing: [
    {
      name: 'plain http',
      code: 'status-url-not-https',
      verdict: 'fail',
      address: null,
      observation: naming({
        url: 'http://status.example.net/',
        fetched: {
          ok: false,
          url: 'http://status.example.net/',
          tls: null,
          failure: { stage: 'request', reason: 'blocked', said: 'http is not used here' },
        },
        addresses: [],
      }),
      says: /http:\/\/status\.example\.net\/: not https/,
    },
    {
      name: 'no URL',
      code: 'status-url-not-https',
      verdict: 'fail',
      address: null,
      observation: naming({
        url: 'status page',
        fetched: { ok: false, url: 'status page', tls: null, failure: { stage: 'request', reason: 'protocol' } },
        addresses: [],
      }),
      says: /status page: not a URL/,
    },
    {
      name: 'a redirect to plain http',
      code: 'status-url-not-https',
      verdict: 'fail',
      address: null,
      observation: failing({ stage: 'request', reason: 'blocked' }, 'http://status.example.net/mail'),
      says: /leads to http:\/\/status\.example\.net\/mail/,
    },
    {
      name: 'an expired certificate',
      code: 'status-url-certificate',
      verdict: 'crit',
      address: null,
      observation: opening({ tls: untrustedTls([leaf, testPki.intermediate], 'CERT_HAS_EXPIRED') }),
      says: /not trusted: CERT_HAS_EXPIRED/,
    },
    {
      name: 'a certificate for another name',
      code: 'status-url-certificate',
      verdict: 'crit',
      address: null,
      observation: opening({ tls: trustedTls([testPki.leaf, testPki.intermediate]) }),
      says: /the certificate is for mail\.example\.org/,
    },
    {
      name: 'a certificate that nobody trusts, and then no page',
      code: 'status-url-certificate',
      verdict: 'crit',
      address: null,
      observation: failing(
        { stage: 'request', reason: 'closed' },
        url,
        untrustedTls([leaf], 'DEPTH_ZERO_SELF_SIGNED_CERT'),
      ),
      says: /not trusted: DEPTH_ZERO_SELF_SIGNED_CERT/,
    },
    {
      name: 'refused',
      code: 'status-url-unreachable',
      verdict: 'fail',
      address: null,
      observation: failing({ stage: 'connect', reason: 'refused' }),
      says: /refused at connect/,
    },
    {
      name: 'not found',
      code: 'status-url-unreachable',
      verdict: 'fail',
      address: null,
      observation: opening({ status: 404 }),
      says: /status 404/,
    },
    {
      name: 'a login',
      code: 'status-url-login',
      verdict: 'fail',
      address: null,
      observation: opening({ status: 401, asksForLogin: true }),
      says: /asks for a login/,
    },
    {
      name: 'on the mail server itself',
      code: 'status-url-shared-fate',
      verdict: 'warn',
      address: null,
      observation: naming({ addresses: ['198.51.100.7', testAddresses[0]] }),
      says: /at 192\.0\.2\.1, as a monitored mail server/,
    },
    {
      name: 'on another mail server that is watched',
      code: 'status-url-shared-fate',
      verdict: 'warn',
      address: null,
      observation: naming({}),
      context: { watchedAddresses: ['198.51.100.7'] },
      says: /at 198\.51\.100\.7/,
    },
  ],
  silent: [
    { name: 'no URL in any status', observation: healthyScan(), decided: true },
    { name: 'a page for everybody', observation: naming({}), decided: true },
    { name: 'our own limits', observation: failing({ stage: 'connect', reason: 'busy' }), decided: false },
    {
      name: 'a lookup that may work in a minute',
      observation: failing({ stage: 'resolve', reason: 'temporary' }),
      decided: false,
    },
    { name: 'a host whose addresses are not known', observation: naming({ addresses: [] }), decided: false },
  ],
};
