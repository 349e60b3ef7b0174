import { tlsaText } from '#lib/dane/record.ts';
import type { Dnssec } from '#lib/model/dnssec.ts';
import type { EndpointObservation, TlsaRecord } from '#lib/model/observation.ts';
import { dayMs, issueCertificate, testNow } from '#tests/support/certificates.ts';
import {
  changeSessions,
  changeTlsa,
  failSessions,
  healthyEndpoint,
  testEndpoint,
  testPki,
  tlsaOf,
  trustedTls,
} from '#tests/support/observations.ts';
import type { EndpointFixtures } from '../fixture.ts';

const healthy = healthyEndpoint();
const mx = healthyEndpoint(testEndpoint('smtp', 'starttls'));
const good = tlsaOf(testPki.leaf);
const other = tlsaOf(issueCertificate({ commonName: 'mail.example.org' }));
const intermediate = tlsaOf(testPki.intermediate, { usage: 2 });
const secure: Dnssec = { state: 'secure', expiresAt: null };
const insecure: Dnssec = { state: 'insecure', provenAt: 'example.org', reason: 'no-ds' };
const bogus: Dnssec = {
  state: 'bogus',
  at: 'example.org',
  why: 'its signature has expired',
  reason: 'signature-expired',
};

const publish = (...records: readonly TlsaRecord[]): EndpointObservation =>
  changeTlsa(healthy, records, { dnssec: secure });
const since = (record: TlsaRecord, daysAgo: number): ReadonlyMap<string, number> =>
  new Map([[tlsaText(record), testNow - daysAgo * dayMs]]);
const thirteen = Array.from({ length: 13 }, (_, index) => ({
  ...good,
  data: `${index.toString(16).padStart(2, '0')}${good.data.slice(2)}`,
}));

export const fixtures: EndpointFixtures = {
  firing: [
    {
      name: 'none in a signed zone',
      code: 'tlsa-absent',
      verdict: 'info',
      address: null,
      observation: publish(),
      says: new RegExp(`Publish TLSA 3 1 1 ${good.data}`),
    },
    {
      name: 'none in a signed zone, and no certificate seen',
      code: 'tlsa-absent',
      verdict: 'info',
      address: null,
      observation: failSessions(publish(), { stage: 'connect', reason: 'timeout' }),
      says: /Publish the 3 1 1 record of the server key/,
    },
    {
      name: 'one record',
      code: 'tlsa-single',
      verdict: 'info',
      address: null,
      observation: publish(good),
      says: /a single TLSA record/,
    },
    {
      name: 'one record that counts on port 25',
      code: 'tlsa-single',
      verdict: 'info',
      address: null,
      observation: changeTlsa(mx, [good, tlsaOf(testPki.leaf, { usage: 1 })]),
      says: /a single TLSA record/,
    },
    {
      name: 'thirteen records',
      code: 'tlsa-too-many',
      verdict: 'warn',
      address: null,
      observation: publish(...thirteen),
      says: /has 13 TLSA records/,
    },
    {
      name: 'a record that has matched nothing for 91 days',
      code: 'tlsa-orphan',
      verdict: 'warn',
      address: null,
      observation: publish(good, other),
      tlsaUnmatchedSince: since(other, 91),
      says: /3 1 1 [0-9a-f]{16}…, unmatched since 20\d\d-/,
    },
    {
      name: 'nothing but an intermediate',
      code: 'tlsa-pins-intermediate',
      verdict: 'warn',
      address: null,
      observation: publish(intermediate, other),
      says: /depends on an intermediate CA alone.*CN=Test Intermediate/s,
    },
    {
      name: 'an intermediate beside the key',
      code: 'tlsa-pins-intermediate',
      verdict: 'info',
      address: null,
      observation: publish(tlsaOf(testPki.intermediate, { usage: 2, selector: 0 }), good),
      says: /this record matches nothing, and the others have to carry it/,
    },
    {
      name: 'an intermediate for mail clients (PKIX-TA)',
      code: 'tlsa-pins-intermediate',
      verdict: 'warn',
      address: null,
      observation: publish(tlsaOf(testPki.intermediate, { usage: 0 }), other),
      says: /intermediate CA alone/,
    },
  ],
  silent: [
    { name: 'the present and the next key', observation: healthy, decided: true },
    { name: 'the present and the next key, secure', observation: publish(good, other), decided: true },
    {
      name: 'a next key that waits for 89 days',
      observation: publish(good, other),
      tlsaUnmatchedSince: since(other, 89),
      decided: true,
    },
    {
      name: 'the key in use, of whatever past',
      observation: publish(good, other),
      tlsaUnmatchedSince: since(good, 900),
      decided: true,
    },
    {
      name: 'two old records that both match nothing',
      observation: publish(other, tlsaOf(testPki.root)),
      tlsaUnmatchedSince: since(other, 900),
      decided: true,
    },
    {
      name: 'a root beside the key',
      observation: changeSessions(publish(tlsaOf(testPki.root, { usage: 2 }), good), () => ({
        tls: trustedTls([testPki.leaf, testPki.intermediate, testPki.root]),
      })),
      decided: true,
    },
    {
      name: 'the key of an intermediate that only stands in the record',
      observation: changeSessions(publish(tlsaOf(testPki.intermediate, { usage: 2, matchingType: 0 }), good), () => ({
        tls: trustedTls([testPki.leaf]),
      })),
      decided: true,
    },
    { name: 'twelve records', observation: publish(good, ...thirteen.slice(1, 12)), decided: true },
    { name: 'none in an unsigned zone', observation: changeTlsa(healthy, [], { dnssec: insecure }), decided: true },
    { name: 'none, and nobody validated it', observation: changeTlsa(healthy, []), decided: true },
    {
      name: 'a single record that nobody believes',
      observation: changeTlsa(healthy, [good], { dnssec: insecure }),
      decided: true,
    },
    { name: 'bogus', observation: changeTlsa(healthy, [good], { dnssec: bogus }), decided: false },
    { name: 'not asked', observation: { ...healthy, tlsa: null }, decided: false },
    {
      name: 'an old record while one address could not be looked at',
      observation: failSessions(publish(good, other), { stage: 'connect', reason: 'timeout' }, (index) => index === 1),
      tlsaUnmatchedSince: since(other, 91),
      decided: false,
    },
    {
      name: 'no certificate seen',
      observation: failSessions(publish(good, other), { stage: 'connect', reason: 'timeout' }),
      decided: false,
    },
  ],
};
