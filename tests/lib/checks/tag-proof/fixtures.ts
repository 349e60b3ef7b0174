import type { Commitment } from '#lib/model/commitment.ts';
import { undeclared } from '#lib/model/declaration.ts';
import type { EndpointTarget } from '#lib/model/endpoint.ts';
import type { EndpointObservation } from '#lib/model/observation.ts';
import { dayMs, issueCertificate, testNow } from '#tests/support/certificates.ts';
import {
  changeSessions,
  changeTlsa,
  failSessions,
  healthyEndpoint,
  leafWith,
  testAddresses,
  testEndpoint,
  testPki,
  tlsaOf,
  trustedTls,
  untrustedTls,
} from '#tests/support/observations.ts';
import { accepted, changeScan, healthyScan } from '#tests/support/scan-observations.ts';
import type { EndpointFixtures } from '../fixture.ts';

const [first, second] = testAddresses;
const secure = { dnssec: { state: 'secure', expiresAt: null } } as const;
const healthy = healthyEndpoint();
const signed = changeTlsa(healthy, [tlsaOf(testPki.leaf)], secure);
const pop3 = healthyEndpoint(testEndpoint('pop3'));
const sieve = healthyEndpoint(testEndpoint('sieve', 'starttls'));
const mx = healthyEndpoint(testEndpoint('smtp', 'starttls'));
const expired = leafWith(-dayMs);
const otherName = issueCertificate({ commonName: 'www.example.org', dnsNames: ['www.example.org'] });

/** A tag that the host once advertised, long ago and at another service unless told otherwise. */
function promised(tag: string, endpoint: EndpointTarget = testEndpoint('submission')): Commitment {
  const seenAt = { kind: 'endpoint', endpoint, address: first } as const;
  return {
    ...{ host: endpoint.host, tag, seenAt },
    firstSeen: testNow - 400 * dayMs,
    lastSeen: testNow - 300 * dayMs,
    decidedBy: null,
  };
}

const silentBefore = (observation: EndpointObservation): EndpointObservation =>
  changeSessions(observation, () => ({ capabilitiesAfterTls: ['IMAP4rev1', 'AUTH=PLAIN'], identityAfterTls: null }));

const only =
  (index: number, change: Parameters<typeof changeSessions>[1]) =>
  (session: Parameters<typeof change>[0], at: number) => (at === index ? change(session, at) : {});

export const fixtures: EndpointFixtures = {
  firing: [
    {
      name: 'one of two addresses reaches less than TLS 1.2',
      code: 'tag-tls12-broken',
      verdict: 'crit',
      address: second,
      observation: changeSessions(
        healthy,
        only(1, () => ({ tls: trustedTls([testPki.leaf], { version: 'TLSv1.1', cipher: 'AES128-SHA' }) })),
      ),
      says: /2001:db8::1 of mail\.example\.org:993 cannot prove tls12.*TLSv1\.1 with AES128-SHA.*\(this service\)/s,
    },
    {
      name: 'a tag that another service advertised a year ago, at a service without DEEP',
      code: 'tag-tls12-broken',
      verdict: 'crit',
      address: first,
      observation: changeSessions(sieve, () => ({
        ...{ starttls: 'not-advertised', tls: null, capabilitiesAfterTls: null },
        failure: { stage: 'starttls', reason: 'not-advertised' },
      })),
      context: { commitments: [promised('tls12')] },
      says: /offers no TLS.*submission on port 465.*Withdrawing the tag does not help/s,
    },
    {
      name: '3DES only',
      code: 'tag-tls10-broken',
      verdict: 'crit',
      address: first,
      observation: changeSessions(healthy, () => ({
        tls: trustedTls([testPki.leaf], { version: 'TLSv1', cipher: 'DES-CBC3-SHA' }),
      })),
      says: /less than 128 bits/,
    },
    {
      name: 'RC4 only, which the draft takes for 128 bits',
      code: 'tag-tls10-broken',
      verdict: 'crit',
      packs: { draft: 'pass', current: 'crit' },
      address: first,
      observation: changeSessions(healthy, () => ({
        ...{ tls: null, capabilitiesAfterTls: null },
        failure: { stage: 'handshake', reason: 'tls', said: 'handshake_failure' },
      })),
      context: {
        commitments: [promised('tls10')],
        scan: changeScan(healthyScan(), ({ weakSuites }) => ({
          weakSuites: {
            ...weakSuites,
            rc4: accepted({ version: 'TLSv1', suite: '0005', name: 'TLS_RSA_WITH_RC4_128_SHA' }),
          },
        })),
      },
      says: /RC4 must not be used.*By the draft of 2015 it holds/s,
    },
    {
      name: 'an expired certificate at one address',
      code: 'tag-tls-cert-broken',
      verdict: 'crit',
      address: first,
      observation: changeSessions(
        healthy,
        only(0, () => ({ tls: untrustedTls([expired, testPki.intermediate], 'CERT_HAS_EXPIRED') })),
      ),
      says: /192\.0\.2\.1 of mail\.example\.org:993 cannot prove tls-cert.*has expired/s,
    },
    {
      name: 'a certificate of another name, for a promise in the ledger',
      code: 'tag-tls-cert-broken',
      verdict: 'crit',
      address: first,
      observation: changeSessions(silentBefore(healthy), () => ({ tls: trustedTls([otherName]) })),
      context: { commitments: [promised('tls-cert')] },
      says: /mail\.example\.org is not among the names/,
    },
    {
      name: 'a certificate that is not for the declared name',
      code: 'tag-tls-cert-broken',
      verdict: 'crit',
      address: first,
      observation: healthy,
      context: { declaration: { ...undeclared, serverName: 'imap.example.org' } },
      says: /imap\.example\.org is not among the names/,
    },
    {
      name: 'a fault on the MX port, which mail clients do not use',
      code: 'tag-tls-cert-broken',
      verdict: 'info',
      address: first,
      observation: changeSessions(mx, () => ({ tls: untrustedTls([testPki.leaf], 'DEPTH_ZERO_SELF_SIGNED_CERT') })),
      context: { commitments: [promised('tls-cert')] },
      says: /Mail clients do not come to this port/,
    },
    {
      name: 'a fault on the MX port, where old mail clients send',
      code: 'tag-tls-cert-broken',
      verdict: 'crit',
      address: first,
      observation: changeSessions(mx, () => ({ tls: untrustedTls([testPki.leaf], 'DEPTH_ZERO_SELF_SIGNED_CERT') })),
      context: { commitments: [promised('tls-cert')], declaration: { ...undeclared, legacySubmission: true } },
      says: /stop connecting/,
    },
    {
      name: 'no TLSA record at another port of the host',
      code: 'tag-tls-dane-tlsa-broken',
      verdict: 'crit',
      address: first,
      observation: changeTlsa(pop3, [], secure),
      context: { commitments: [promised('tls-dane-tlsa')] },
      says: /no TLSA record at _995\._tcp\.mail\.example\.org/,
    },
    {
      name: 'the name of usage 3, which the draft asks for',
      code: 'tag-tls-dane-tlsa-broken',
      verdict: 'crit',
      packs: { draft: 'crit', current: 'pass' },
      address: first,
      observation: changeTlsa(
        changeSessions(healthy, () => ({ tls: trustedTls([otherName]) })),
        [tlsaOf(otherName)],
        secure,
      ),
      context: { commitments: [promised('tls-dane-tlsa')] },
      says: /By the draft of 2015: No TLSA record matches .*the name is wrong.*By the rules of today it holds/s,
    },
  ],
  silent: [
    { name: 'what is promised is kept', observation: healthy, decided: true },
    {
      name: 'all four tags, kept',
      observation: signed,
      context: { commitments: ['tls10', 'tls12', 'tls-cert', 'tls-dane-tlsa'].map((tag) => promised(tag)) },
      decided: true,
    },
    {
      name: 'nobody ever promised anything',
      observation: changeSessions(silentBefore(changeTlsa(healthy, [], secure)), () => ({
        tls: untrustedTls([otherName], 'DEPTH_ZERO_SELF_SIGNED_CERT'),
      })),
      decided: true,
    },
    {
      name: 'a tag that we do not know',
      observation: healthy,
      context: { commitments: [promised('x-quantum')] },
      decided: true,
    },
    {
      name: 'an expired certificate whose key TLSA names, where only tls-dane-tlsa is promised',
      observation: changeTlsa(
        changeSessions(silentBefore(healthy), () => ({ tls: untrustedTls([expired], 'CERT_HAS_EXPIRED') })),
        [tlsaOf(expired)],
        secure,
      ),
      context: { commitments: [promised('tls-dane-tlsa')] },
      decided: true,
    },
    {
      name: 'TLSA that nobody validated',
      observation: healthy,
      context: { commitments: [promised('tls-dane-tlsa')] },
      decided: false,
    },
    {
      name: 'no answer',
      observation: failSessions(healthy, { stage: 'connect', reason: 'timeout' }),
      context: { commitments: [promised('tls12')] },
      decided: false,
    },
  ],
};
