import type { EndpointObservation, ProbeFailure } from '#lib/model/observation.ts';
import type { TestCertificate } from '#tests/support/certificates.ts';
import { issueCertificate } from '#tests/support/certificates.ts';
import {
  changeSessions,
  changeTlsa,
  failSessions,
  healthyEndpoint,
  testAddresses,
  testEndpoint,
  testPki,
  tlsaOf,
  trustedTls,
} from '#tests/support/observations.ts';
import type { EndpointFixtures } from '../fixture.ts';

const [first] = testAddresses;
const healthy = healthyEndpoint();
const mx = healthyEndpoint(testEndpoint('smtp', 'starttls'));
const good = tlsaOf(testPki.leaf);
const stale = tlsaOf(issueCertificate({ commonName: 'mail.example.org' }));
const broken = { ...good, data: good.data.slice(0, 40) };
const secure = { dnssec: { state: 'secure', expiresAt: null } } as const;
const bogus = { dnssec: { state: 'bogus', at: 'example.org', why: 'expired', reason: 'signature-expired' } } as const;
const insecure = {
  dnssec: { state: 'insecure', provenAt: 'example.org', reason: 'no-ds' },
  signaturesPresent: false,
} as const;
const rsaLeaf = issueCertificate({ commonName: 'mail.example.org', dnsNames: ['mail.example.org'], keyType: 'rsa' });
const otherName = issueCertificate({ commonName: 'www.example.org', dnsNames: ['www.example.org'] });

/** The observation with a second certificate at every address. */
function showBesides(observation: EndpointObservation, certificate: TestCertificate): EndpointObservation {
  const tls = { ok: true, facts: trustedTls([certificate]) } as const;
  return changeSessions(observation, () => ({ otherHandshake: { offered: 'rsa', tls } }));
}

function failBesides(failure: ProbeFailure): EndpointObservation {
  return changeSessions(healthy, () => ({ otherHandshake: { offered: 'rsa', tls: { ok: false, failure } } }));
}

export const fixtures: EndpointFixtures = {
  firing: [
    {
      name: 'the record of another key, not validated',
      code: 'tlsa-mismatch',
      verdict: 'warn',
      address: first,
      observation: changeTlsa(healthy, [stale]),
      says: /No TLSA record matches .*not validated/s,
    },
    {
      name: 'the record of another key, secure',
      code: 'tlsa-mismatch',
      verdict: 'crit',
      address: first,
      observation: changeTlsa(healthy, [stale], secure),
      says: /3 1 1 [0-9a-f]{16}… is of no certificate shown/,
    },
    {
      name: 'PKIX usages on port 25 beside a stale record',
      code: 'tlsa-mismatch',
      verdict: 'warn',
      packs: { draft: 'pass', current: 'warn' },
      address: first,
      observation: changeTlsa(mx, [tlsaOf(testPki.leaf, { usage: 1 }), stale]),
      says: /1 1 1 [0-9a-f]{16}… has a usage that does not count on port 25/,
    },
    {
      name: 'no usable record, not validated',
      code: 'tlsa-unusable',
      verdict: 'warn',
      address: null,
      observation: changeTlsa(healthy, [broken]),
      says: /No TLSA record is usable/,
    },
    {
      name: 'no usable record, secure',
      code: 'tlsa-unusable',
      verdict: 'crit',
      address: null,
      observation: changeTlsa(healthy, [{ ...good, usage: 9 }], secure),
      says: /has an unknown usage/,
    },
    {
      name: 'an unusable record beside a good one',
      code: 'tlsa-unusable',
      verdict: 'info',
      address: null,
      observation: changeTlsa(healthy, [good, broken]),
      says: /digest of the wrong length/,
    },
    {
      name: 'the record of another key, not signed',
      code: 'tlsa-mismatch',
      verdict: 'warn',
      address: first,
      observation: changeTlsa(healthy, [stale], insecure),
      says: /\(not signed with DNSSEC\).*For now they do not count/s,
    },
    {
      name: 'an RSA certificate beside the ECDSA certificate that the record is of',
      code: 'tlsa-mismatch',
      verdict: 'crit',
      address: first,
      observation: showBesides(changeTlsa(healthy, [good], secure), rsaLeaf),
      says: /matches the RSA certificate of .*some senders succeed/s,
    },
    {
      name: 'neither of two certificates',
      code: 'tlsa-mismatch',
      verdict: 'crit',
      address: first,
      observation: showBesides(changeTlsa(healthy, [stale], secure), rsaLeaf),
      says: /matches the ECDSA, RSA certificate of /,
    },
    {
      name: 'a key that matches in a certificate of another name',
      code: 'tlsa-name-differs',
      verdict: 'fail',
      packs: { draft: 'fail', current: 'info' },
      address: first,
      observation: changeSessions(changeTlsa(healthy, [tlsaOf(otherName)], secure), () => ({
        tls: trustedTls([otherName]),
      })),
      says: /does not name mail\.example\.org:993/,
    },
    {
      name: 'such a key between mail servers',
      code: 'tlsa-name-differs',
      verdict: 'info',
      address: first,
      observation: changeSessions(changeTlsa(mx, [tlsaOf(otherName)], secure), () => ({
        tls: trustedTls([otherName]),
      })),
      says: /does not name mail\.example\.org:25/,
    },
    {
      name: 'nothing but PKIX usages on port 25, which RFC 6698 alone takes',
      code: 'tlsa-unusable',
      verdict: 'crit',
      packs: { draft: 'pass', current: 'crit' },
      address: null,
      observation: changeTlsa(mx, [tlsaOf(testPki.leaf, { usage: 1 })], secure),
      says: /No TLSA record is usable/,
    },
  ],
  silent: [
    { name: 'a record that matches', observation: healthy, decided: true },
    { name: 'a record that matches, secure', observation: changeTlsa(healthy, [good], secure), decided: true },
    { name: 'no records', observation: changeTlsa(healthy, []), decided: true },
    { name: 'the old and the new record', observation: changeTlsa(healthy, [stale, good]), decided: true },
    {
      name: 'a trust anchor that was sent',
      observation: changeTlsa(healthy, [tlsaOf(testPki.intermediate, { usage: 2 })]),
      decided: true,
    },
    {
      name: 'PKIX usages for mail clients',
      observation: changeTlsa(healthy, [tlsaOf(testPki.root, { usage: 0 })]),
      decided: true,
    },
    {
      name: 'records of both of its certificates',
      observation: showBesides(changeTlsa(healthy, [good, tlsaOf(rsaLeaf)], secure), rsaLeaf),
      decided: true,
    },
    {
      name: 'no certificate of the other kind',
      observation: failBesides({ stage: 'handshake', reason: 'tls', said: 'ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE' }),
      decided: true,
    },
    {
      name: 'a certificate of the other kind that could not be looked for',
      observation: failBesides({ stage: 'connect', reason: 'timeout' }),
      decided: false,
    },
    { name: 'bogus', observation: changeTlsa(healthy, [stale], bogus), decided: false },
    { name: 'not asked', observation: { ...healthy, tlsa: null }, decided: false },
    {
      name: 'SERVFAIL',
      observation: {
        ...healthy,
        tlsa: {
          owner: '_993._tcp.mail.example.org',
          lookup: { ok: false, failure: { stage: 'resolve', reason: 'temporary', said: 'SERVFAIL' } },
          resolverPassesSignatures: true,
        },
      },
      decided: false,
    },
    {
      name: 'no TLS seen',
      observation: failSessions(changeTlsa(healthy, [stale]), { stage: 'connect', reason: 'timeout' }),
      decided: false,
    },
  ],
};
