import { changeSrv, healthyDomain, srvLookup } from '#tests/support/observations.ts';
import type { DomainFixtures } from '../fixture.ts';

const healthy = healthyDomain();
const at = (priority: number) => ({ priority, weight: 1, port: 143, target: 'mail.example.org' });
const notOffered = { priority: 0, weight: 0, port: 0, target: '.' };
const fires = (name: string, observation: typeof healthy, says: RegExp) => ({
  name,
  code: 'srv-implicit-not-preferred',
  verdict: 'warn' as const,
  address: null,
  observation,
  says,
});

export const fixtures: DomainFixtures = {
  firing: [
    fires('equal priority', changeSrv('_imap', [at(0)]), /_imap at priority 0, _imaps at priority 0/),
    fires(
      'STARTTLS first',
      changeSrv('_submissions', [at(20)]),
      /_submission at priority 10, _submissions at priority 20/,
    ),
    fires('STARTTLS only', changeSrv('_pop3s', []), /_pop3 at priority 10, no _pop3s/),
    fires('implicit TLS declared as not offered', changeSrv('_imaps', [notOffered]), /no _imaps/),
    fires('one of several STARTTLS records first', changeSrv('_imap', [at(10), at(0)]), /_imap at priority 0/),
  ],
  silent: [
    { name: 'implicit TLS first', observation: healthy, decided: true },
    { name: 'implicit TLS only', observation: changeSrv('_imap', [notOffered]), decided: true },
    {
      name: 'no SRV records',
      observation: { ...healthy, srv: healthy.srv.map(({ label }) => srvLookup(label, [])) },
      decided: true,
    },
    {
      name: 'a lookup that failed',
      observation: {
        ...healthy,
        srv: healthy.srv.map((one) =>
          one.label === '_imaps'
            ? { ...one, lookup: { ok: false, failure: { stage: 'resolve', reason: 'timeout' } } }
            : one,
        ),
      },
      decided: false,
    },
  ],
};
