import type { Dnssec } from '#lib/model/dnssec.ts';
import type { DomainObservation, MxTlsaLookup, TlsaRecord } from '#lib/model/observation.ts';
import { healthyDomain, lookupOf, testPki, tlsaOf } from '#tests/support/observations.ts';
import type { DomainFixtures } from '../fixture.ts';

const secure: Dnssec = { state: 'secure', expiresAt: null };
const record = tlsaOf(testPki.leaf);

function tlsaAt(host: string, records: readonly TlsaRecord[], dnssec: Dnssec = secure): MxTlsaLookup {
  const owner = `_25._tcp.${host}`;
  return { owner, host, lookup: { ok: true, facts: lookupOf(owner, 'TLSA', records, dnssec) } };
}

function withTlsa(mxTlsa: readonly MxTlsaLookup[]): DomainObservation {
  return { ...healthyDomain(), mxTlsa };
}

const unheard: MxTlsaLookup = {
  ...tlsaAt('mx2.example.org', []),
  lookup: { ok: false, failure: { stage: 'resolve', reason: 'timeout' } },
};

export const fixtures: DomainFixtures = {
  firing: [
    {
      name: 'one of two',
      code: 'mx-tlsa-uneven',
      verdict: 'warn',
      address: null,
      observation: withTlsa([tlsaAt('mx1.example.org', [record]), tlsaAt('mx2.example.org', [])]),
      says: /TLSA at _25\._tcp\.mx1\.example\.org; none at _25\._tcp\.mx2\.example\.org/,
    },
  ],
  silent: [
    { name: 'all', observation: withTlsa([tlsaAt('mx1.example.org', [record])]), decided: true },
    { name: 'none', observation: withTlsa([tlsaAt('mx1.example.org', [])]), decided: true },
    { name: 'not validated', observation: healthyDomain(), decided: true },
    { name: 'one not heard of', observation: withTlsa([tlsaAt('mx1.example.org', [record]), unheard]), decided: false },
  ],
};
