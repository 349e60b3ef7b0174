import { healthyDomain, lookupOf, srvLookup } from '#tests/support/observations.ts';
import type { DomainFixtures } from '../fixture.ts';

const healthy = healthyDomain();
const mx = (records: readonly { preference: number; exchange: string }[], rcode = 'NOERROR') =>
  ({ ok: true, facts: { ...lookupOf('example.org', 'MX', records), rcode } }) as const;
const empty = {
  ...healthy,
  srv: healthy.srv.map(({ label }) => srvLookup(label, [])),
  hosts: [],
  endpoints: [],
  mx: mx([]),
};

export const fixtures: DomainFixtures = {
  firing: [
    {
      name: 'NXDOMAIN',
      code: 'domain-missing',
      verdict: 'warn',
      address: null,
      observation: { ...empty, mx: mx([], 'NXDOMAIN') },
      says: /The domain example\.org does not exist/,
    },
    {
      name: 'NXDOMAIN as a failure',
      code: 'domain-missing',
      verdict: 'warn',
      address: null,
      observation: { ...empty, mx: { ok: false, failure: { stage: 'resolve', reason: 'nxdomain' } } },
      says: /NXDOMAIN/,
    },
    {
      name: 'a domain without anything',
      code: 'no-mail-service',
      verdict: 'warn',
      address: null,
      observation: empty,
      says: /Neither SRV nor MX/,
    },
    {
      name: 'a domain that says it takes no mail',
      code: 'no-mail-service',
      verdict: 'info',
      address: null,
      observation: { ...empty, mx: mx([{ preference: 0, exchange: '.' }]) },
      says: /A null MX/,
    },
    {
      name: 'services without MX',
      code: 'mx-missing',
      verdict: 'warn',
      address: null,
      observation: { ...healthy, mx: mx([]) },
      says: /has no MX record/,
    },
  ],
  silent: [
    { name: 'healthy', observation: healthy, decided: true },
    {
      name: 'services and a null MX',
      observation: { ...healthy, mx: mx([{ preference: 0, exchange: '.' }]) },
      decided: true,
    },
    {
      name: 'SERVFAIL',
      observation: {
        ...empty,
        mx: { ok: false, failure: { stage: 'resolve', reason: 'temporary', said: 'SERVFAIL' } },
      },
      decided: false,
    },
    {
      name: 'nothing found, and one lookup without answer',
      observation: {
        ...empty,
        hosts: [
          { host: 'mail.example.org', addresses: { ok: false, failure: { stage: 'resolve', reason: 'timeout' } } },
        ],
      },
      decided: false,
    },
  ],
};
