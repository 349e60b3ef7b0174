import type { Dnssec } from '#lib/model/dnssec.ts';
import type { DomainObservation, MxRecord, MxTlsaLookup } from '#lib/model/observation.ts';
import { healthyDomain, lookupOf, mxTlsaLookup, testPki, tlsaOf } from '#tests/support/observations.ts';
import type { DomainFixtures } from '../fixture.ts';

const record = tlsaOf(testPki.leaf);
const secure: Dnssec = { state: 'secure', expiresAt: null };
const insecure: Dnssec = { state: 'insecure', provenAt: 'example.org', reason: 'no-ds' };
const bogus: Dnssec = { state: 'bogus', at: 'example.org MX', why: 'it is wrong', reason: 'signature-invalid' };
const unanswered: Dnssec = { state: 'indeterminate', why: 'no server answered', reason: 'no-answer' };

function withMx(
  dnssec: Dnssec,
  mxTlsa: readonly MxTlsaLookup[] = [mxTlsaLookup([record], secure)],
  records: readonly MxRecord[] = [{ preference: 10, exchange: 'mail.example.org' }],
): DomainObservation {
  return { ...healthyDomain(), mx: { ok: true, facts: lookupOf('example.org', 'MX', records, dnssec) }, mxTlsa };
}

const failed: MxTlsaLookup = {
  ...mxTlsaLookup([]),
  lookup: { ok: false, failure: { stage: 'resolve', reason: 'timeout' } },
};

export const fixtures: DomainFixtures = {
  firing: [
    {
      name: 'an unsigned MX that leads to a host with signed TLSA records',
      code: 'mx-insecure-with-tlsa',
      verdict: 'fail',
      address: null,
      observation: withMx(insecure),
      says: /MX is insecure: example\.org: .* no DS record.*TLSA is signed at _25\._tcp\.mail\.example\.org/s,
    },
    {
      name: 'one host of two with TLSA records, and nothing known of the other',
      code: 'mx-insecure-with-tlsa',
      verdict: 'fail',
      address: null,
      observation: withMx(insecure, [failed, mxTlsaLookup([record], secure)]),
      says: /example\.org are not signed: TLSA protects no mail/,
    },
  ],
  silent: [
    { name: 'not validated', observation: healthyDomain(), decided: true },
    { name: 'all signed', observation: withMx(secure), decided: true },
    { name: 'neither signed', observation: withMx(insecure, [mxTlsaLookup([record], insecure)]), decided: true },
    { name: 'an unsigned MX without TLSA', observation: withMx(insecure, [mxTlsaLookup([], secure)]), decided: true },
    {
      name: 'TLSA records that are bogus',
      observation: withMx(insecure, [mxTlsaLookup([record], bogus)]),
      decided: true,
    },
    { name: 'no MX records', observation: withMx(insecure, [], []), decided: true },
    { name: 'a null MX', observation: withMx(insecure, [], [{ preference: 0, exchange: '.' }]), decided: true },
    { name: 'a bogus MX', observation: withMx(bogus), decided: false },
    { name: 'an MX that could not be validated', observation: withMx(unanswered), decided: false },
    { name: 'a TLSA lookup without answer', observation: withMx(insecure, [failed]), decided: false },
    {
      name: 'TLSA records that could not be validated',
      observation: withMx(insecure, [mxTlsaLookup([record], unanswered)]),
      decided: false,
    },
    {
      name: 'an MX lookup without answer',
      observation: { ...healthyDomain(), mx: { ok: false, failure: { stage: 'resolve', reason: 'timeout' } } },
      decided: false,
    },
  ],
};
