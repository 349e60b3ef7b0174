import { issueCertificate } from '#tests/support/certificates.ts';
import {
  changeTlsa,
  failSessions,
  healthyEndpoint,
  testAddresses,
  testEndpoint,
  testPki,
  tlsaOf,
} from '#tests/support/observations.ts';
import type { EndpointFixtures } from '../fixture.ts';

const [first] = testAddresses;
const healthy = healthyEndpoint();
const mx = healthyEndpoint(testEndpoint('smtp', 'starttls'));
const good = tlsaOf(testPki.leaf);
const stale = tlsaOf(issueCertificate({ commonName: 'mail.example.org' }));
const broken = { ...good, data: good.data.slice(0, 40) };
const secure = { dnssec: { state: 'secure' } } as const;
const bogus = { dnssec: { state: 'bogus', at: 'example.org', why: 'expired' } } as const;
const insecure = { dnssec: { state: 'insecure', provenAt: 'example.org' }, signaturesPresent: false } as const;
const unsigned = { signaturesPresent: false } as const;

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
      name: 'records without signatures from a resolver that passes them',
      code: 'tlsa-unsigned',
      verdict: 'warn',
      address: null,
      observation: changeTlsa(healthy, [good], unsigned),
      says: /not signed with DNSSEC/,
    },
    {
      name: 'records in a zone that is proven unsigned',
      code: 'tlsa-unsigned',
      verdict: 'fail',
      address: null,
      observation: changeTlsa(healthy, [good], insecure),
      says: /insecure/,
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
      name: 'no signatures from a resolver that strips them',
      observation: changeTlsa(healthy, [good], unsigned, false),
      decided: false,
    },
    {
      name: 'no signatures, and nobody knows whether the resolver passes them',
      observation: changeTlsa(healthy, [good], unsigned, null),
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
