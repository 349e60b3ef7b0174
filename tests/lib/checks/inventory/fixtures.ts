import type { WatchedService } from '#lib/checks/check.ts';
import { healthyDomain } from '#tests/support/observations.ts';
import { failed, healthyWatched, refusedFailure, watchedService } from '#tests/support/watched-services.ts';
import type { DomainFixtures } from '../fixture.ts';

const observation = healthyDomain();
const declared: readonly WatchedService[] = healthyWatched().map((item) => ({ ...item, declared: true }));
const news = watchedService({ service: 'imap', tlsMode: 'implicit', host: 'imap.example.net', port: 993 });
const change = (port: number, by: (item: WatchedService) => WatchedService) =>
  declared.map((item) => (item.target.port === port ? by(item) : item));

export const fixtures: DomainFixtures = {
  firing: [
    {
      name: 'a record that leads to somebody else',
      code: 'endpoint-undeclared',
      verdict: 'warn',
      address: null,
      observation,
      context: { watched: [...declared, news], inventoryDeclared: true },
      says: /imap\.example\.net:993 \(IMAP, implicit TLS\)/,
    },
    {
      name: 'a guess that answers',
      code: 'endpoint-undeclared',
      verdict: 'warn',
      address: null,
      observation,
      context: { watched: [...declared, { ...news, origin: 'guess', advertised: false }], inventoryDeclared: true },
      says: /imap\.example\.net:993/,
    },
    {
      name: 'a server that is gone',
      code: 'endpoint-vanished',
      verdict: 'fail',
      address: null,
      observation,
      context: { watched: change(995, (item) => failed(item, refusedFailure)), inventoryDeclared: true },
      says: /mail\.example\.org:995 \(POP3, implicit TLS\): nobody answers/,
    },
    {
      name: 'a record that is gone',
      code: 'endpoint-vanished',
      verdict: 'fail',
      address: null,
      observation,
      context: { watched: change(993, (item) => ({ ...item, advertised: false })), inventoryDeclared: true },
      says: /mail\.example\.org:993 .*: alive, and no longer in DNS/,
    },
  ],
  silent: [
    { name: 'no inventory', observation, context: { watched: healthyWatched() }, decided: true },
    { name: 'all as declared', observation, context: { watched: declared, inventoryDeclared: true }, decided: true },
    {
      name: 'a guess where nobody answers',
      observation,
      context: {
        watched: [...declared, failed({ ...news, origin: 'guess', advertised: false }, refusedFailure)],
        inventoryDeclared: true,
      },
      decided: true,
    },
    {
      name: 'endpoints that people added',
      observation,
      context: {
        watched: [
          ...declared.map((item): WatchedService => ({ ...item, origin: 'manual', advertised: false })),
          { ...news, origin: 'manual', advertised: false },
        ],
        inventoryDeclared: true,
      },
      decided: true,
    },
    {
      name: 'one that was not probed yet',
      observation,
      context: { watched: change(993, (item) => ({ ...item, latest: null })), inventoryDeclared: true },
      decided: false,
    },
    { name: 'nothing is known', observation, context: { inventoryDeclared: true }, decided: false },
  ],
};
