import type { DomainObservation, Fetched, HttpDocument, PublishedConfiguration } from '#lib/model/observation.ts';
import { issueCertificate } from '#tests/support/certificates.ts';
import {
  changeSessions,
  healthyDomain,
  olderDomain,
  healthyEndpoint,
  testEndpoint,
  testPki,
  trustedTls,
  untrustedTls,
} from '#tests/support/observations.ts';
import {
  fetchedDocument,
  healthyConfiguration,
  healthyPolicy,
  policyUrl,
  txtLookup,
  webTls,
} from '#tests/support/published-configuration.ts';
import { changeWatched, failed, healthyWatched, refusedFailure } from '#tests/support/watched-services.ts';
import type { DomainFixtures } from '../fixture.ts';

const watched = healthyWatched();
const mxOnly = ({ service }: { readonly service: string }) => service === 'smtp';

function publishing(change: Partial<PublishedConfiguration>): DomainObservation {
  return { ...healthyDomain(), configuration: healthyConfiguration(change) };
}

function record(texts: readonly string[]): PublishedConfiguration['mtaStsRecord'] {
  return { ok: true, facts: txtLookup('_mta-sts.example.org', texts) };
}

function policy(lines: readonly string[], change: Partial<HttpDocument> = {}): DomainObservation {
  return publishing({ mtaStsPolicy: fetchedDocument(policyUrl, lines.join('\n'), change) });
}

function withLine(line: string): readonly string[] {
  const key = line.slice(0, line.indexOf(':'));
  return healthyPolicy.map((one) => (one.startsWith(key) ? line : one));
}

const otherCertificate = issueCertificate({ commonName: 'x', dnsNames: ['www.example.net'] });

function mxWith(change: Parameters<typeof changeSessions>[1]) {
  const latest = changeSessions(healthyEndpoint(testEndpoint('smtp', 'starttls')), change);
  return changeWatched(mxOnly, () => ({ latest }));
}

const redirected: Fetched = {
  ok: false,
  url: policyUrl,
  tls: webTls(policyUrl, issueCertificate({ commonName: 'web', dnsNames: ['mta-sts.example.org'] })),
  failure: { stage: 'redirect', reason: 'limit', said: 'redirected to https://example.org/' },
};
const unheard: Fetched = { ok: false, url: policyUrl, tls: null, failure: { stage: 'connect', reason: 'timeout' } };

export const fixtures: DomainFixtures = {
  firing: [
    {
      name: 'a record without id',
      code: 'mta-sts-record-unreadable',
      verdict: 'fail',
      address: null,
      observation: publishing({ mtaStsRecord: record(['v=STSv1;']) }),
      context: { watched },
      says: /the record has no id/,
    },
    {
      name: 'two records',
      code: 'mta-sts-record-unreadable',
      verdict: 'fail',
      address: null,
      observation: publishing({ mtaStsRecord: record(['v=STSv1; id=1', 'v=STSv1; id=2']) }),
      context: { watched },
      says: /2 records/,
    },
    {
      name: 'a policy that nobody announces',
      code: 'mta-sts-record-missing',
      verdict: 'warn',
      address: null,
      observation: publishing({ mtaStsRecord: record(['v=spf1 -all']) }),
      context: { watched },
      says: /no TXT record at _mta-sts/,
    },
    {
      name: 'a policy that is not there',
      code: 'mta-sts-policy-missing',
      verdict: 'fail',
      address: null,
      observation: policy([], { status: 404 }),
      context: { watched },
      says: /mta-sts\.txt: status 404/,
    },
    {
      name: 'a policy that is somewhere else',
      code: 'mta-sts-policy-missing',
      verdict: 'fail',
      address: null,
      observation: publishing({ mtaStsPolicy: redirected }),
      context: { watched },
      says: /redirected to https:\/\/example\.org\//,
    },
    {
      name: 'a certificate that has expired',
      code: 'mta-sts-policy-certificate',
      verdict: 'fail',
      address: null,
      observation: policy(healthyPolicy, { tls: webTls(policyUrl, otherCertificate, 'CERT_HAS_EXPIRED') }),
      context: { watched },
      says: /not trusted \(CERT_HAS_EXPIRED\)/,
    },
    {
      name: 'a certificate for another name',
      code: 'mta-sts-policy-certificate',
      verdict: 'fail',
      address: null,
      observation: policy(healthyPolicy, { tls: webTls(policyUrl, otherCertificate) }),
      context: { watched },
      says: /certificate is for www\.example\.net/,
    },
    {
      name: 'a mode that there is not',
      code: 'mta-sts-policy-unreadable',
      verdict: 'fail',
      address: null,
      observation: policy(withLine('mode: enforced')),
      context: { watched },
      says: /its mode is "enforced"/,
    },
    {
      name: 'an MX host that enforcement forgets',
      code: 'mta-sts-mx-uncovered',
      verdict: 'fail',
      address: null,
      observation: policy(withLine('mx: *.mail.example.org')),
      context: { watched },
      says: /mail\.example\.org is in none of the mx lines, mode enforce/,
    },
    {
      name: 'an MX host that a test forgets',
      code: 'mta-sts-mx-uncovered',
      verdict: 'warn',
      address: null,
      observation: policy(['mode: testing', ...withLine('mx: mx.example.net')]),
      context: { watched },
      says: /mode testing/,
    },
    {
      name: 'an MX host with a certificate of its own making',
      code: 'mta-sts-mx-certificate',
      verdict: 'fail',
      address: null,
      observation: healthyDomain(),
      context: { watched: mxWith(() => ({ tls: untrustedTls([testPki.leaf], 'DEPTH_ZERO_SELF_SIGNED_CERT') })) },
      says: /mail\.example\.org at 192\.0\.2\.1: certificate not trusted/,
    },
    {
      name: 'one address of an MX host with a certificate for another name',
      code: 'mta-sts-mx-certificate',
      verdict: 'fail',
      address: null,
      observation: healthyDomain(),
      context: { watched: mxWith((_session, index) => (index === 1 ? { tls: trustedTls([otherCertificate]) } : {})) },
      says: /2001:db8::1: certificate for www\.example\.net/,
    },
    {
      name: 'an MX host without STARTTLS',
      code: 'mta-sts-mx-certificate',
      verdict: 'fail',
      address: null,
      observation: healthyDomain(),
      context: {
        watched: mxWith(() => ({
          tls: null,
          starttls: 'not-advertised',
          failure: { stage: 'starttls', reason: 'not-advertised' },
        })),
      },
      says: /no STARTTLS/,
    },
    {
      name: 'an hour',
      code: 'mta-sts-max-age-short',
      verdict: 'info',
      address: null,
      observation: policy(withLine('max_age: 3600')),
      context: { watched },
      says: /max_age is 3600 seconds/,
    },
  ],
  silent: [
    { name: 'all in order', observation: healthyDomain(), context: { watched }, decided: true },
    {
      name: 'no MTA-STS',
      observation: publishing({ mtaStsRecord: record([]), mtaStsPolicy: null }),
      context: { watched },
      decided: true,
    },
    {
      name: 'a policy that asks for nothing',
      observation: policy(['version: STSv1', 'mode: none', 'max_age: 86400']),
      context: { watched },
      decided: true,
    },
    {
      name: 'a policy that is not heard of',
      observation: publishing({ mtaStsPolicy: unheard }),
      context: { watched },
      decided: false,
    },
    {
      name: 'a record that is not heard of',
      observation: publishing({
        mtaStsRecord: { ok: false, failure: { stage: 'resolve', reason: 'timeout' } },
        mtaStsPolicy: null,
      }),
      context: { watched },
      decided: false,
    },
    {
      name: 'an MX host that does not answer',
      observation: healthyDomain(),
      context: { watched: changeWatched(mxOnly, (item) => failed(item, refusedFailure)) },
      decided: false,
    },
    { name: 'nothing was probed', observation: healthyDomain(), decided: false },
    { name: 'an older observation', observation: olderDomain(), context: { watched }, decided: false },
  ],
};
