import type { Dnssec } from '#lib/model/dnssec.ts';
import { notValidated } from '#lib/model/dnssec.ts';
import type { EndpointObservation, ProbeFailure } from '#lib/model/observation.ts';
import { changeTlsa, healthyEndpoint, lookupOf, testAddresses, testPki, tlsaOf } from '#tests/support/observations.ts';
import type { EndpointFixtures } from '../fixture.ts';

const healthy = healthyEndpoint();
const host = 'mail.example.org';
const good = tlsaOf(testPki.leaf);
const secure: Dnssec = { state: 'secure', expiresAt: null };
const bogus: Dnssec = {
  state: 'bogus',
  at: '_993._tcp.mail.example.org TLSA',
  why: 'its signature has expired',
  reason: 'signature-expired',
};
const insecure: Dnssec = { state: 'insecure', provenAt: 'example.org', reason: 'no-ds' };
const unanswered: Dnssec = { state: 'indeterminate', why: 'no server answered', reason: 'no-answer' };
const unsigned = { signaturesPresent: false } as const;

/** The observation with both address families in these states. */
function changeAddresses(observation: EndpointObservation, ipv4: Dnssec, ipv6: Dnssec = ipv4): EndpointObservation {
  const [first, second] = testAddresses;
  const lookups = [lookupOf(host, 'A', [first], ipv4), lookupOf(host, 'AAAA', [second], ipv6)];
  return { ...observation, addresses: { ok: true, facts: { list: testAddresses, lookups } } };
}

function failTlsa(failure: ProbeFailure): EndpointObservation {
  const owner = '_993._tcp.mail.example.org';
  return { ...healthy, tlsa: { owner, lookup: { ok: false, failure }, resolverPassesSignatures: true } };
}

const servfail: ProbeFailure = { stage: 'resolve', reason: 'temporary', said: '192.0.2.53:53 said SERVFAIL' };
const signed = changeTlsa(healthy, [good], { dnssec: secure });

export const fixtures: EndpointFixtures = {
  firing: [
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
      observation: changeTlsa(healthy, [good], { dnssec: insecure, signaturesPresent: false }),
      says: /insecure: example\.org: .* no DS record/,
    },
    {
      name: 'records in a zone that is signed with an algorithm nobody knows',
      code: 'tlsa-unsigned',
      verdict: 'fail',
      address: null,
      observation: changeTlsa(healthy, [good], { dnssec: { ...insecure, reason: 'unsupported-algorithm' } }),
      says: /Change to a key of algorithm 13/,
    },
    {
      name: 'records with an expired signature',
      code: 'tlsa-bogus',
      verdict: 'crit',
      address: null,
      observation: changeTlsa(healthy, [good], { dnssec: bogus }),
      says: /TLSA records of .* is bogus.*its signature has expired.*defer/s,
    },
    {
      name: 'a denial with an expired signature',
      code: 'tlsa-bogus',
      verdict: 'crit',
      address: null,
      observation: changeTlsa(healthy, [], { dnssec: bogus, rcode: 'NXDOMAIN' }),
      says: /TLSA denial of .*although there is no TLSA record/s,
    },
    {
      name: 'SERVFAIL for TLSA alone',
      code: 'tlsa-lookup-failing',
      verdict: 'fail',
      address: null,
      observation: failTlsa(servfail),
      says: /while address lookups work.*said SERVFAIL/s,
    },
    {
      name: 'silence for TLSA alone',
      code: 'tlsa-lookup-failing',
      verdict: 'fail',
      address: null,
      observation: failTlsa({ stage: 'resolve', reason: 'timeout' }),
      says: /timeout/,
    },
    {
      name: 'an insecure address of one family',
      code: 'tlsa-host-insecure',
      verdict: 'warn',
      address: null,
      observation: changeAddresses(signed, secure, insecure),
      says: /AAAA is insecure: example\.org.*Senders skip DANE/s,
    },
    {
      name: 'bogus addresses',
      code: 'tlsa-host-insecure',
      verdict: 'fail',
      address: null,
      observation: changeAddresses(signed, bogus),
      says: /A is bogus.*give out no address/s,
    },
  ],
  silent: [
    { name: 'signed, not validated', observation: healthy, decided: true },
    { name: 'all secure', observation: changeAddresses(signed, secure), decided: true },
    { name: 'secure records of addresses that nobody validated', observation: signed, decided: true },
    { name: 'a proven denial', observation: changeTlsa(healthy, [], { dnssec: secure }), decided: true },
    {
      name: 'no records in an unsigned zone',
      observation: changeTlsa(healthy, [], { dnssec: insecure }),
      decided: true,
    },
    {
      name: 'insecure addresses of a host without records',
      observation: changeAddresses(changeTlsa(healthy, [], { dnssec: secure }), insecure),
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
    {
      name: 'a validation that came to nothing',
      observation: changeTlsa(healthy, [good], { dnssec: unanswered }),
      decided: false,
    },
    { name: 'addresses that could not be validated', observation: changeAddresses(signed, unanswered), decided: false },
    {
      name: 'a denial that is bogus by a date of a top-level name',
      observation: changeTlsa(healthy, [], { dnssec: { ...bogus, at: 'org DS', reason: 'signature-not-yet-valid' } }),
      decided: false,
    },
    {
      name: 'records that are bogus by a date of the root',
      observation: changeTlsa(healthy, [good], { dnssec: { ...bogus, at: '. DNSKEY' } }),
      decided: false,
    },
    {
      name: 'addresses that are bogus by a date of the root',
      observation: changeAddresses(signed, { ...bogus, at: '. DNSKEY' }, secure),
      decided: false,
    },
    {
      name: 'addresses that were given, not looked up',
      observation: { ...signed, addresses: { ok: true, facts: { list: testAddresses, lookups: [] } } },
      decided: false,
    },
    { name: 'not asked', observation: { ...healthy, tlsa: null }, decided: false },
    {
      name: 'SERVFAIL for TLSA and for an address family',
      observation: {
        ...failTlsa(servfail),
        addresses: {
          ok: true,
          facts: {
            list: testAddresses,
            lookups: [lookupOf(host, 'A', [testAddresses[0]], notValidated)],
            missing: { type: 'AAAA', failure: servfail },
          },
        },
      },
      decided: false,
    },
    {
      name: 'SERVFAIL for everything',
      observation: { ...failTlsa(servfail), addresses: { ok: false, failure: servfail }, sessions: [] },
      decided: false,
    },
    {
      name: 'more records than we read',
      observation: failTlsa({ stage: 'resolve', reason: 'limit', said: '65 records; the limit is 64' }),
      decided: false,
    },
  ],
};
