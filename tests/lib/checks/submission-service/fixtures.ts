import type { WatchedService } from '#lib/checks/check.ts';
import { undeclared } from '#lib/model/declaration.ts';
import type { EndpointTarget } from '#lib/model/endpoint.ts';
import { healthyDomain, lookupOf } from '#tests/support/observations.ts';
import {
  changeWatched,
  failed,
  healthyWatched,
  refusedFailure,
  watchedService,
} from '#tests/support/watched-services.ts';
import type { DomainFixtures } from '../fixture.ts';

const observation = healthyDomain();
const watched = healthyWatched();
const dead = (which: (target: EndpointTarget) => boolean) =>
  changeWatched(which, (item) => failed(item, refusedFailure));
const untried = (which: (target: EndpointTarget) => boolean) => changeWatched(which, () => ({ latest: null }));
const submission = ({ service }: EndpointTarget) => service === 'submission';
const onMx: readonly WatchedService[] = [
  ...watched.filter(({ target }) => !submission(target)),
  watchedService({ service: 'submission', tlsMode: 'implicit', host: 'mail.example.org', port: 465 }),
  watchedService({ service: 'submission', tlsMode: 'starttls', host: 'mail.example.org', port: 587 }),
];
const legacy = watchedService({ service: 'submission', tlsMode: 'starttls', host: 'old.example.org', port: 2525 });

export const fixtures: DomainFixtures = {
  firing: [
    {
      name: 'mailboxes, and nobody who takes mail from their owners',
      code: 'submission-missing',
      verdict: 'fail',
      address: null,
      observation,
      context: { watched: dead(submission) },
      says: /Mail is read at mail\.example\.org:110.*submit\.example\.org:465/s,
    },
    {
      name: 'no submission server is known at all',
      code: 'submission-missing',
      verdict: 'fail',
      address: null,
      observation,
      context: { watched: watched.filter(({ target }) => !submission(target)) },
      says: /of submission servers nothing is known/,
    },
    {
      name: 'STARTTLS without implicit TLS',
      code: 'submission-implicit-missing',
      verdict: 'fail',
      packs: { draft: 'fail', current: 'warn' },
      address: null,
      observation,
      context: { watched: dead(({ port }) => port === 465) },
      says: /STARTTLS at submit\.example\.org:587/,
    },
    {
      name: 'the same host for both',
      code: 'submission-on-mx',
      verdict: 'info',
      address: null,
      observation,
      context: { watched: onMx },
      says: /mail\.example\.org:465, mail\.example\.org:587/,
    },
    {
      name: 'a port that nobody declared',
      code: 'submission-legacy-undeclared',
      verdict: 'info',
      address: null,
      observation,
      context: { watched: [...watched, legacy] },
      says: /old\.example\.org:2525/,
    },
    {
      name: 'IMAP with implicit TLS only',
      code: 'starttls-port-missing',
      verdict: 'info',
      packs: { draft: 'info', current: 'pass' },
      address: null,
      observation,
      context: { watched: dead(({ port }) => port === 143) },
      says: /known and alive for IMAP/,
    },
  ],
  silent: [
    { name: 'all there', observation, context: { watched }, decided: true },
    {
      name: 'a legacy port that somebody declared',
      observation,
      context: { watched: [...watched, { ...legacy, declaration: { ...undeclared, legacySubmission: true } }] },
      decided: true,
    },
    {
      name: 'a domain that only takes mail',
      observation,
      context: { watched: watched.filter(({ target }) => target.service === 'smtp') },
      decided: true,
    },
    {
      name: 'a domain that takes no mail',
      observation: {
        ...observation,
        mx: { ok: true, facts: lookupOf('example.org', 'MX', [{ preference: 0, exchange: '.' }]) },
      },
      context: { watched },
      decided: true,
    },
    { name: 'nothing was probed yet', observation, context: { watched: untried(() => true) }, decided: false },
    { name: 'nothing is known', observation, decided: false },
    { name: 'submission was not probed yet', observation, context: { watched: untried(submission) }, decided: false },
  ],
};
