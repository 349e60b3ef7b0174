import { readCensusCube, readCensusServers } from '#app/_queries/census-cube.ts';
import { openConsole, type ConsoleUnderTest } from '#tests/app/support/console.ts';
import { seedDomain } from '#tests/app/support/seed.ts';
import { seedHolders, seedServer } from '#tests/support/census.ts';

/** A Wednesday. */
const now = new Date('2026-11-25T12:00:00Z');
const fresh = { fresh: true };
let app: ConsoleUnderTest;

beforeAll(async () => {
  app = await openConsole();
  await seedDomain(app.database, 'example.org', now);
});
afterAll(() => app.close());

const holder = {
  account: 'a',
  client: 'Courier',
  version: '7',
  latched: ['tls12', 'tls-cert'],
  supported: ['tls-dane-tlsa'],
  tlsVersion: 'TLSv1.3',
  cipher: 'TLS_AES_256_GCM_SHA384',
  lastDay: now,
};

test('counts what was folded and what was not, and what was taken away', async () => {
  const { database } = app;
  await seedHolders(database, [holder, { ...holder, account: 'b' }, { ...holder, account: 'c', version: '8' }]);
  const [first] = await database.censusDelta.findMany({ orderBy: { id: 'asc' } });
  if (first === undefined) throw new Error('nothing was seeded');
  await database.censusCube.create({ data: { class: first.class, week: first.week, holders: 5 } });
  const other = await database.censusClass.findFirstOrThrow({ where: { id: { not: first.class } } });
  await database.censusDelta.create({ data: { class: other.id, week: first.week, change: -1 } });
  const cube = await readCensusCube(now, fresh);
  expect(cube.counts).toEqual([{ classId: first.class, week: '2026-11-23', holders: 7 }]);
  expect(cube.classes.get(first.class)).toEqual({
    id: first.class,
    client: { name: 'Courier', version: '7' },
    server: { hosts: ['mail.example.org'], address: null, service: 'imap' },
    latched: ['tls-cert', 'tls12'],
    supported: ['tls-dane-tlsa'],
    speaksDeep: true,
    tlsVersion: 'TLSv1.3',
    tlsCipher: 'TLS_AES_256_GCM_SHA384',
  });
});

test('a server that only an address names stands for the watched names there', async () => {
  const { database } = app;
  const known = { host: '', address: '2001:db8::10' };
  await seedHolders(database, [
    { account: 'd', ...known, lastDay: now },
    { account: 'e', host: '', address: '192.0.2.99', lastDay: now },
  ]);
  const { classes } = await readCensusCube(now, fresh);
  const servers = [...classes.values()].map(({ server }) => server);
  expect(servers).toContainEqual({ hosts: ['mail.example.org'], address: '2001:db8::10', service: 'imap' });
  expect(servers).toContainEqual({ hosts: [], address: '192.0.2.99', service: 'imap' });
  const quiet = [...classes.values()].find(({ server }) => server.address === '192.0.2.99');
  expect(quiet).toMatchObject({ client: { name: '', version: '' }, tlsVersion: null, tlsCipher: null, latched: [] });
});

test('servers can be read by number, and by an address that no endpoint has any more', async () => {
  const { database } = app;
  const all = await readCensusServers();
  const [id, place] = [...all].find(([, { address }]) => address === '2001:db8::10') ?? [];
  if (id === undefined) throw new Error('the server is not there');
  expect([...(await readCensusServers([id]))]).toEqual([[id, place]]);
  expect((await readCensusServers([])).size).toBe(0);
  const { endpointId, vantage } = await database.observationSpan.findFirstOrThrow({ where: { kind: 'addresses' } });
  const later = new Date(now.getTime() + 1000);
  const moved = await database.observationSpan.create({
    data: {
      ...{ id: 'moved', endpointId, vantage, kind: 'addresses', hash: 'moved', evidence: {}, evidenceAt: later },
      ...{ facts: { ok: true, facts: { list: ['2001:db8::11'] } }, firstSeen: later, lastSeen: later },
    },
  });
  expect((await readCensusServers([id])).get(id)?.hosts).toEqual([]);
  await database.observationSpan.delete({ where: { id: moved.id } });
  expect((await readCensusServers([id])).get(id)?.hosts).toEqual(['mail.example.org']);
});

test('coverage is of the logins of the last thirty days, all sources together', async () => {
  const { database } = app;
  const server = await seedServer(database, { service: 'pop3' });
  const counts = { server, named: 2, spokeOfLatches: 1, proxied: 3, proxiedWithoutTls: 1 };
  await database.loginCount.createMany({
    data: [
      { ...counts, day: new Date('2026-11-25'), source: 1, logins: 10 },
      { ...counts, day: new Date('2026-11-20'), source: 2, logins: 20 },
      { ...counts, day: new Date('2026-10-01'), source: 1, logins: 4000 },
    ],
  });
  const { coverage } = await readCensusCube(now, fresh);
  const place = { hosts: ['mail.example.org'], address: null, service: 'pop3' };
  expect(coverage).toEqual([
    { server: place, logins: 30, named: 4, spokeOfLatches: 2, proxied: 6, proxiedWithoutTls: 2 },
  ]);
});

test('is read once for all who ask within a minute', async () => {
  const first = await readCensusCube(now, fresh);
  const all = await Promise.all([readCensusCube(now), readCensusCube(new Date(now.getTime() + 1000))]);
  expect(all.map((cube) => cube === first)).toEqual([true, true]);
  expect(await readCensusCube(new Date(now.getTime() + 59_000))).toBe(first);
  const later = new Date(now.getTime() + 61_000);
  const [second, third] = await Promise.all([readCensusCube(later), readCensusCube(later)]);
  expect([second === first, third === second]).toEqual([false, true]);
});
