import type { DomainObservation, SrvRecord } from '#lib/model/observation.ts';
import { changeSrv, healthyDomain, srvLookup } from '#tests/support/observations.ts';
import {
  changeWatched,
  failed,
  healthyWatched,
  refusedFailure,
  watchedService,
} from '#tests/support/watched-services.ts';
import type { DomainFixtures } from '../fixture.ts';

const notOffered: SrvRecord = { priority: 0, weight: 0, port: 0, target: '.' };

function without(labels: readonly string[]): DomainObservation {
  const domain = healthyDomain();
  return { ...domain, srv: domain.srv.map((one) => (labels.includes(one.label) ? srvLookup(one.label, []) : one)) };
}

function unanswered(label: string): DomainObservation {
  const domain = healthyDomain();
  const lookup = { ok: false, failure: { stage: 'resolve', reason: 'timeout' } } as const;
  return { ...domain, srv: domain.srv.map((one) => (one.label === label ? { ...one, lookup } : one)) };
}

const watched = healthyWatched();
const other = watchedService(
  { service: 'imap', tlsMode: 'implicit', host: 'old.example.org', port: 993 },
  { origin: 'manual', advertised: false },
);

export const fixtures: DomainFixtures = {
  firing: [
    {
      name: 'a service without any record',
      code: 'srv-missing',
      verdict: 'warn',
      address: null,
      observation: without(['_imaps', '_imap']),
      context: { watched },
      says: /no _imaps for mail\.example\.org:993, no _imap for mail\.example\.org:143/,
    },
    {
      name: 'implicit TLS without record beside STARTTLS with one',
      code: 'srv-missing',
      verdict: 'warn',
      address: null,
      observation: without(['_submissions']),
      context: { watched },
      says: /no _submissions for submit\.example\.org:465/,
    },
    {
      name: 'a service that is alive and denied',
      code: 'srv-denied-but-alive',
      verdict: 'fail',
      address: null,
      observation: changeSrv('_pop3s', [notOffered]),
      context: { watched },
      says: /_pop3s "\." for mail\.example\.org:995/,
    },
    {
      name: 'a live server that an operator added',
      code: 'srv-names-not-all',
      verdict: 'info',
      address: null,
      observation: healthyDomain(),
      context: { watched: [...watched, other] },
      says: /not in _imaps: old\.example\.org:993/,
    },
  ],
  silent: [
    { name: 'everything named and alive', observation: healthyDomain(), context: { watched }, decided: true },
    {
      name: 'STARTTLS that is alive and left out',
      observation: without(['_imap']),
      context: { watched },
      decided: true,
    },
    {
      name: 'a service that is denied and gone',
      observation: changeSrv('_pop3s', [notOffered]),
      context: {
        watched: changeWatched(
          ({ port }) => port === 995,
          (item) => failed(item, refusedFailure),
        ),
      },
      decided: true,
    },
    {
      name: 'another server that is dead',
      observation: healthyDomain(),
      context: { watched: [...watched, failed(other, refusedFailure)] },
      decided: true,
    },
    { name: 'no service that was ever probed', observation: without(['_imaps', '_imap']), decided: false },
    {
      name: 'a service that was not probed yet',
      observation: without(['_imaps', '_imap']),
      context: {
        watched: changeWatched(
          ({ service }) => service === 'imap',
          () => ({ latest: null }),
        ),
      },
      decided: false,
    },
    { name: 'a question without answer', observation: unanswered('_imaps'), context: { watched }, decided: false },
  ],
};
