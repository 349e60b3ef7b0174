import { changeSrv, healthyDomain, srvLookup } from '#tests/support/observations.ts';
import type { DomainFixtures } from '../fixture.ts';

const healthy = healthyDomain();
const dead = changeSrv('_imaps', [{ priority: 0, weight: 1, port: 993, target: 'gone.example.org' }]);
const gone = (reason: 'nxdomain' | 'no-address' | 'timeout') =>
  ({ host: 'gone.example.org', addresses: { ok: false, failure: { stage: 'resolve', reason } } }) as const;

export const fixtures: DomainFixtures = {
  firing: [
    {
      name: 'an SRV target that does not exist',
      code: 'srv-target-dead',
      verdict: 'fail',
      address: null,
      observation: { ...dead, hosts: [...dead.hosts, gone('nxdomain')] },
      says: /_imaps\._tcp\.example\.org leads to gone\.example\.org \(no such name\)/,
    },
    {
      name: 'an SRV target without address',
      code: 'srv-target-dead',
      verdict: 'fail',
      address: null,
      observation: { ...dead, hosts: [...dead.hosts, gone('no-address')] },
      says: /example\.org: one SRV record leads to a host without address/,
    },
    {
      name: 'an MX host whose addresses are gone',
      code: 'mx-target-dead',
      verdict: 'fail',
      address: null,
      observation: { ...healthy, hosts: [{ host: 'mail.example.org', addresses: { ok: true, facts: [] } }] },
      says: /example\.org leads to mail\.example\.org \(no address\)/,
    },
  ],
  silent: [
    { name: 'all targets have addresses', observation: healthy, decided: true },
    {
      name: 'services that are not offered',
      observation: {
        ...healthy,
        srv: healthy.srv.map(({ label }) => srvLookup(label, [{ priority: 0, weight: 0, port: 0, target: '.' }])),
      },
      decided: true,
    },
    {
      name: 'a target whose lookup timed out',
      observation: { ...dead, hosts: [...dead.hosts, gone('timeout')] },
      decided: false,
    },
    {
      name: 'an SRV lookup that failed',
      observation: {
        ...healthy,
        srv: healthy.srv.map((one) => ({
          ...one,
          lookup: { ok: false, failure: { stage: 'resolve', reason: 'temporary' } },
        })),
      },
      decided: false,
    },
  ],
};
