import { addDomain, removeDomain, requestDiscovery } from '#prisma/commands/domains.ts';
import { addEndpoint, removeEndpoint } from '#prisma/commands/endpoints.ts';
import { countSignIn, createPerson } from '#prisma/commands/users.ts';
import { createTestDatabase, type TestDatabase } from '#tests/support/database.ts';
import { seedIncident } from '#tests/app/support/seed.ts';

let server: TestDatabase;
const now = new Date('2026-11-24T04:00:00Z');
const actor = 'anna@example.org';
const target = { service: 'imap', tlsMode: 'implicit', host: 'mail.example.org', port: 993 } as const;

beforeAll(async () => {
  server = await createTestDatabase();
});
afterAll(async () => {
  await server.close();
});
afterEach(async () => {
  await server.database.domain.deleteMany();
  await server.database.endpoint.deleteMany();
  await server.database.task.deleteMany();
  await server.database.incident.deleteMany();
});

function add(name: string) {
  return server.database.$transaction((tx) => addDomain(tx, { name, actor, now }));
}

describe('a domain', () => {
  test('added by two at once is one domain with one discovery and one task', async () => {
    const [a, b] = await Promise.all([add('example.org'), add('example.org')]);
    expect(a.domainId).toBe(b.domainId);
    expect(a.discoveryId).toBe(b.discoveryId);
    expect([a.created, b.created].toSorted()).toEqual([false, true]);
    expect(await server.database.discovery.count()).toBe(1);
    expect(await server.database.task.findMany()).toMatchObject([{ kind: 'discover', ref: a.domainId, dueAt: now }]);
  });

  test('gets a new discovery while one runs, since DNS may have changed after its questions', async () => {
    const { domainId, discoveryId } = await add('example.org');
    await server.database.discovery.update({ where: { id: discoveryId }, data: { state: 'running' } });
    const next = await server.database.$transaction((tx) => requestDiscovery(tx, { domainId, actor, now }));
    expect(next).not.toBe(discoveryId);
  });

  test('that goes takes along the endpoints nobody else has, and only those', async () => {
    const { database } = server;
    const one = await add('one.example');
    const two = await add('two.example');
    const give = (domainId: string, port: number) =>
      database.$transaction((tx) => addEndpoint(tx, { domainId, target: { ...target, port }, now }));
    const own = await give(one.domainId, 1001);
    const shared = await give(one.domainId, 1002);
    await give(two.domainId, 1002);
    const dismissed = await give(one.domainId, 1003);
    await give(two.domainId, 1003);
    await database.$transaction((tx) =>
      removeEndpoint(tx, { endpointId: dismissed.endpointId, domainId: two.domainId, actor, now }),
    );
    await seedIncident(database, { id: 'OWN', state: 'firing', endpointId: own.endpointId });
    await seedIncident(database, { id: 'SUSPECT', state: 'suspect', endpointId: own.endpointId });
    await seedIncident(database, { id: 'SHARED', state: 'firing', endpointId: shared.endpointId });
    await seedIncident(database, { id: 'DOMAIN', state: 'acknowledged', domainId: one.domainId });

    const removed = await database.$transaction((tx) => removeDomain(tx, { domainId: one.domainId, actor, now }));

    expect(removed).toBe(true);
    const left = await database.endpoint.findMany({ orderBy: { port: 'asc' } });
    // What two.example dismissed stays dismissed there.
    expect(left.map((endpoint) => endpoint.port)).toEqual([1002, 1003]);
    const tasks = await database.task.findMany({ where: { kind: 'probe' } });
    expect(tasks.map((task) => task.ref)).toEqual([shared.endpointId]);
    expect(await database.task.count({ where: { kind: 'discover', ref: one.domainId } })).toBe(0);
    const incidents = await database.incident.findMany({ orderBy: { id: 'asc' }, include: { events: true } });
    expect(incidents).toMatchObject([
      {
        id: 'DOMAIN',
        state: 'resolved',
        resolution: 'no longer monitored',
        version: 2,
        events: [{ kind: 'resolved', actor }],
      },
      { id: 'OWN', state: 'resolved', endpointId: null, resolvedAt: now, events: [{ kind: 'resolved' }] },
      { id: 'SHARED', state: 'firing', version: 1, events: [] },
    ]);
  });
});

describe('an endpoint', () => {
  test('taken off stays off, until a person wants it back', async () => {
    const { database } = server;
    const { domainId } = await add('example.org');
    const { endpointId, created } = await database.$transaction((tx) => addEndpoint(tx, { domainId, target, now }));
    expect(created).toBe(true);
    await seedIncident(database, { id: 'I', state: 'firing', endpointId });
    const remove = () => database.$transaction((tx) => removeEndpoint(tx, { endpointId, domainId, actor, now }));
    expect(await remove()).toBe(true);
    expect(await remove()).toBe(false);
    const key = { where: { domainId_endpointId: { domainId, endpointId } } };
    expect(await database.domainEndpoint.findUnique(key)).toMatchObject({ dismissed: true, removedAt: now });
    expect(await database.incident.findUnique({ where: { id: 'I' } })).toMatchObject({ state: 'resolved' });
    expect(await database.task.count({ where: { kind: 'probe' } })).toBe(0);

    const back = await database.$transaction((tx) => addEndpoint(tx, { domainId, target, now }));
    expect(back).toEqual({ endpointId, created: true });
    expect(await database.domainEndpoint.findUnique(key)).toMatchObject({ dismissed: false, removedAt: null });
    expect(await database.task.count({ where: { kind: 'probe', ref: endpointId } })).toBe(1);
  });

  test('of two domains goes on for the one that keeps it', async () => {
    const { database } = server;
    const one = await add('one.example');
    const two = await add('two.example');
    const { endpointId } = await database.$transaction((tx) =>
      addEndpoint(tx, { domainId: one.domainId, target, now }),
    );
    await database.$transaction((tx) => addEndpoint(tx, { domainId: two.domainId, target, now }));
    await database.$transaction((tx) => removeEndpoint(tx, { endpointId, domainId: one.domainId, actor, now }));
    expect(await database.task.count({ where: { kind: 'probe', ref: endpointId } })).toBe(1);
    await database.$transaction((tx) => removeEndpoint(tx, { endpointId, domainId: null, actor, now }));
    expect(await database.task.count({ where: { kind: 'probe', ref: endpointId } })).toBe(0);
  });
});

describe('people', () => {
  test('a person is created once for an address', async () => {
    const person = {
      name: 'Anna',
      email: 'Anna@Example.org',
      role: 'administrator',
      passwordHash: 'salt:hash',
      now,
    } as const;
    expect(await createPerson(server.database, person)).not.toBeNull();
    expect(await createPerson(server.database, person)).toBeNull();
    const users = await server.database.user.findMany({ include: { accounts: true } });
    expect(users).toMatchObject([
      {
        email: 'anna@example.org',
        role: 'administrator',
        accounts: [{ providerId: 'credential', password: 'salt:hash' }],
      },
    ]);
  });

  test('an account takes twenty tries in a quarter of an hour, however the address is written', async () => {
    const tries = async (count: number, at: Date) => {
      const answers: boolean[] = [];
      for (let index = 0; index < count; index += 1) {
        const email = index % 2 === 0 ? 'eve@example.org' : ' EVE@example.org';
        answers.push((await countSignIn(server.database, { email, now: at })).allowed);
      }
      return answers.filter((allowed) => allowed).length;
    };
    expect(await tries(25, now)).toBe(20);
    expect((await countSignIn(server.database, { email: 'other@example.org', now })).allowed).toBe(true);
    expect(await tries(3, new Date(now.getTime() + 15 * 60_000))).toBe(3);
  });
});
