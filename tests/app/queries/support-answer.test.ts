import { supportAnswer } from '#app/_queries/support-answer.ts';
import type { AccountClient } from '#app/_queries/account-clients.ts';
import { readCensusServers } from '#app/_queries/census-cube.ts';
import { openConsole, type ConsoleUnderTest } from '#tests/app/support/console.ts';
import { exampleObservation, seedDomain, storeObservation } from '#tests/app/support/seed.ts';
import { seedServer } from '#tests/support/census.ts';
import { emptyDatabase } from '#tests/support/engine.ts';

let app: ConsoleUnderTest;
let now: Date;

beforeAll(async () => {
  app = await openConsole();
});
afterAll(() => app.close());
beforeEach(async () => {
  await emptyDatabase(app.database);
  now = new Date();
});

type Place = Parameters<typeof seedServer>[1];

/** A program that requires a valid certificate at a server of the census. */
async function clientAt(name: string, place: Place): Promise<AccountClient> {
  const id = await seedServer(app.database, place);
  const server = (await readCensusServers([id])).get(id);
  if (server === undefined) throw new Error('no such server');
  return {
    ...{ client: { name, version: '' }, server, latched: ['tls-cert'], supported: [], speaksDeep: true, failures: 0 },
    ...{ tlsVersion: '', firstDay: '', lastDay: '', reportedAt: now },
  };
}

async function reasonsOf(clients: readonly AccountClient[]) {
  const { programs } = await supportAnswer(clients, now);
  return new Map(programs.map(({ name, outcome, reasons }) => [name, [outcome, ...reasons].join(' ')]));
}

/** As many more ports of the example's service as are wanted. */
async function addPorts(domain: string, count: number): Promise<void> {
  const { database } = app;
  for (let index = 0; index < count; index += 1) {
    const [id, port] = [`${domain}-${String(index)}`, 2000 + index];
    const look = { lastProbedAt: now, lastVerdict: 'pass' };
    const target = { service: 'imap', tlsMode: 'implicit', host: `mail.${domain}`, port };
    await database.endpoint.create({ data: { id, ...target, ...look } });
    const link = { domainId: `domain-${domain}`, endpointId: id, origin: 'manual', firstSeen: now, lastSeen: now };
    await database.domainEndpoint.create({ data: link });
    await storeObservation(database, id, exampleObservation(`mail.${domain}`, now.getTime()));
  }
}

test('an address with many names takes nothing from the other servers of the account', async () => {
  for (let index = 10; index < 30; index += 1) await seedDomain(app.database, `a${String(index)}.example`, now);
  await seedDomain(app.database, 'z.example', now);
  const shared = await clientAt('Shared', { host: '', address: '192.0.2.10' });
  expect(shared.server.hosts).toHaveLength(21);
  const answer = await supportAnswer([shared, await clientAt('Own', { host: 'mail.z.example' })], now);
  const names = answer.hosts.map(({ host }) => host);
  expect(names).toEqual(['mail.a10.example', 'mail.z.example', 'mail.a11.example', 'mail.a12.example']);
  expect(answer.hosts.every(({ services }) => services.length === 1)).toBe(true);
  expect(answer.namesLeftOut).toBe(17);
  expect(answer.programs.map(({ name, outcome }) => [name, outcome])).toEqual([
    ['Shared', 'refuses'],
    ['Own', 'refuses'],
  ]);
  const own = answer.programs.find(({ name }) => name === 'Own')?.reasons.join(' ');
  expect(own).not.toMatch(/looked up/);
  const reasons = answer.programs.find(({ name }) => name === 'Shared')?.reasons;
  expect(reasons).toContain('Only a part of the server was looked up here: too many names lead to this server.');
});

test('as many servers as programs are shown are all looked up', async () => {
  for (let index = 10; index < 50; index += 1) await seedDomain(app.database, `s${String(index)}.example`, now);
  const clients = await Promise.all(
    Array.from({ length: 40 }, (_, index) => clientAt(String(index), { host: `mail.s${String(index + 10)}.example` })),
  );
  const answer = await supportAnswer(clients, now);
  expect(answer.namesLeftOut).toBe(0);
  expect(answer.programs.filter(({ outcome }) => outcome !== 'refuses')).toEqual([]);
});

test('a service that is watched under a name that was not looked up is not called unwatched', async () => {
  for (const name of ['a', 'b', 'c', 'd']) await seedDomain(app.database, `${name}.example`, now);
  await app.database.endpoint.updateMany({
    where: { host: { in: ['mail.a.example', 'mail.b.example', 'mail.c.example'] } },
    data: { service: 'pop3' },
  });
  const reasons = await reasonsOf([
    await clientAt('Cut', { host: '', address: '192.0.2.10' }),
    await clientAt('Nobody', { host: 'mail.a.example' }),
  ]);
  expect(reasons.get('Cut')).toBe('unknown Not looked up here: too many names lead to this server.');
  expect(reasons.get('Nobody')).toBe('unknown Nobody watches this service of the server.');
});

test('a host with many ports takes nothing from the hosts after it, and says what it left out', async () => {
  await seedDomain(app.database, 'a.example', now);
  await addPorts('a.example', 40);
  await seedDomain(app.database, 'z.example', now);
  const clients = [
    await clientAt('Many', { host: 'mail.a.example' }),
    await clientAt('Few', { host: 'mail.z.example' }),
  ];
  const { hosts } = await supportAnswer(clients, now);
  expect(hosts.map(({ host, services, leftOut }) => [host, services.length, leftOut])).toEqual([
    ['mail.a.example', 4, ['IMAP']],
    ['mail.z.example', 1, []],
  ]);
  const reasons = await reasonsOf(clients);
  expect(reasons.get('Many')).toContain(
    'Only a part of the server was looked up here: this service has too many ports.',
  );
  expect(reasons.get('Few')).toMatch(/^refuses/);
});
