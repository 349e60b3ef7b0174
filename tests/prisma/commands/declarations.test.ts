import { createAddressGuard } from '#lib/model/address.ts';
import { undeclared } from '#lib/model/declaration.ts';
import { endpointKey, type EndpointTarget } from '#lib/model/endpoint.ts';
import { declareEndpoint, readDeclaration } from '#prisma/commands/declarations.ts';
import { addDomain } from '#prisma/commands/domains.ts';
import { addEndpoint, removeEndpoint } from '#prisma/commands/endpoints.ts';
import { requestTask } from '#prisma/commands/tasks.ts';
import { createTestDatabase, type TestDatabase } from '#tests/support/database.ts';

const now = new Date('2026-11-24T04:00:00Z');
const later = new Date(now.getTime() + 60_000);
const actor = 'anna@example.org';
const guard = createAddressGuard([]);

let server: TestDatabase;
beforeAll(async () => {
  server = await createTestDatabase();
});
afterAll(() => server.close());
afterEach(async () => {
  await server.database.domain.deleteMany();
  await server.database.endpoint.deleteMany();
  await server.database.task.deleteMany();
});

function targetAt(host: string, service: 'imap' | 'pop3' = 'imap'): EndpointTarget {
  return { service, tlsMode: 'implicit', host, port: 1993 };
}

async function watch(host: string, service: 'imap' | 'pop3' = 'imap'): Promise<string> {
  return server.database.$transaction(async (tx) => {
    const { domainId } = await addDomain(tx, { name: 'example.org', actor, now });
    return (await addEndpoint(tx, { domainId, target: targetAt(host, service), now })).endpointId;
  });
}

function declare(
  endpointId: string,
  fields: Readonly<Record<string, unknown>>,
  mode: 'merge' | 'replace' = 'merge',
): ReturnType<typeof declareEndpoint> {
  return server.database.$transaction((tx) =>
    declareEndpoint(tx, { endpointId, fields, mode, guard, actor, now: later }),
  );
}

const taskOf = (endpointId: string, kind = 'probe') =>
  server.database.task.findUniqueOrThrow({ where: { kind_ref: { kind, ref: endpointId } } });

describe('what an operator declares of an endpoint', () => {
  it('is kept until it is taken back, with who said so', async () => {
    const [front, backend] = [await watch('front.example.org'), await watch('backend.example.org')];
    const frontOf = endpointKey(targetAt('backend.example.org'));
    const said = await declare(front, { expects_deep: true, front_of: frontOf, sni: 'mail.example.org' });
    const declaration = { ...undeclared, expectsDeep: true, frontOf, serverName: 'mail.example.org' };
    expect(said).toEqual({ outcome: 'declared', changed: true, declaration });
    expect(await readDeclaration(server.database, front)).toEqual({
      declaration,
      backend: { id: backend, target: targetAt('backend.example.org') },
      declared: { by: actor, at: later },
    });

    expect(await declare(front, { expects_deep: true })).toMatchObject({ changed: false });
    expect(await declare(front, { expects_deep: false })).toMatchObject({
      declaration: { expectsDeep: false, frontOf, serverName: 'mail.example.org' },
    });
    // All the facts at once: what is missing is undeclared.
    expect(await declare(front, {}, 'replace')).toMatchObject({ changed: true, declaration: undeclared });
    expect(await server.database.declaration.count()).toBe(0);
    expect((await readDeclaration(server.database, front)).declaration).toEqual(undeclared);
  });

  it('is refused as a whole where one fact cannot be', async () => {
    const id = await watch('front.example.org');
    expect(await declare(id, { expects_deep: true, sni: 'x y', vantage: '' })).toEqual({
      outcome: 'refused',
      mistakes: [expect.objectContaining({ field: 'vantage' }), expect.objectContaining({ field: 'sni' })],
    });
    const unknown = await declare(id, { front_of: endpointKey(targetAt('gone.example.org')) });
    expect(unknown).toMatchObject({ mistakes: [{ field: 'front_of' }] });
    expect(JSON.stringify(unknown)).toContain('not among the watched');
    expect(await declare(id, { address: '127.0.0.1' })).toMatchObject({ mistakes: [{ field: 'address' }] });
    expect(await declare('nothing', { expects_deep: true })).toEqual({ outcome: 'not-found' });
    expect(await server.database.declaration.count()).toBe(0);
  });

  it('may not name an endpoint as backend that nobody watches any more', async () => {
    const [front, backend] = [await watch('front.example.org'), await watch('backend.example.org')];
    await server.database.$transaction((tx) => removeEndpoint(tx, { endpointId: backend, domainId: null, actor, now }));
    expect(await declare(front, { front_of: endpointKey(targetAt('backend.example.org')) })).toMatchObject({
      outcome: 'refused',
    });
  });

  it('makes no circle, not even by two people at once', async () => {
    const hosts = ['a.example.org', 'b.example.org', 'c.example.org'] as const;
    const ids = [await watch(hosts[0]), await watch(hosts[1]), await watch(hosts[2])] as const;
    const inFront = (front: 0 | 1 | 2, back: 0 | 1 | 2) =>
      declare(ids[front], { front_of: endpointKey(targetAt(hosts[back])) });
    const outcomes = (await Promise.all([inFront(0, 1), inFront(1, 2), inFront(2, 0)])).map(({ outcome }) => outcome);
    expect(outcomes.toSorted()).toEqual(['declared', 'declared', 'refused']);
  });
});

describe('the vantage of an endpoint', () => {
  it('goes with its tasks, those of today and those to come', async () => {
    const id = await watch('front.example.org');
    expect((await taskOf(id)).vantage).toBeNull();
    await declare(id, { vantage: 'inside' });
    expect(await taskOf(id)).toMatchObject({ vantage: 'inside', priority: 10 });
    await requestTask(server.database, { kind: 'scan', ref: id, dueAt: now });
    expect((await taskOf(id, 'scan')).vantage).toBe('inside');
    await declare(id, { vantage: null });
    expect([(await taskOf(id)).vantage, (await taskOf(id, 'scan')).vantage]).toEqual([null, null]);
  });

  it('leaves tasks of other kinds alone', async () => {
    const id = await watch('front.example.org');
    await declare(id, { vantage: 'inside' });
    await requestTask(server.database, { kind: 'zone', ref: id, dueAt: now });
    expect((await taskOf(id, 'zone')).vantage).toBeNull();
  });

  it('brings back no probe of an endpoint that nobody watches', async () => {
    const id = await watch('front.example.org');
    await server.database.$transaction((tx) => removeEndpoint(tx, { endpointId: id, domainId: null, actor, now }));
    await declare(id, { vantage: 'inside' });
    expect(await server.database.task.count({ where: { kind: 'probe' } })).toBe(0);
  });
});
