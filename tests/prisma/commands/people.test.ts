import { changeRole, disablePerson, lastAdministrator, listPeople } from '#prisma/commands/people.ts';
import { endSessions, listSessions } from '#prisma/commands/sessions.ts';
import { createPerson } from '#prisma/commands/users.ts';
import { createTestDatabase, type TestDatabase } from '#tests/support/database.ts';

const now = new Date('2026-11-03T10:00:00Z');
const actor = 'root@example.org';
let store: TestDatabase;

beforeEach(async () => {
  store = await createTestDatabase();
});
afterEach(() => store.close());

async function person(name: string, role: 'administrator' | 'viewer'): Promise<string> {
  const made = { name, email: `${name}@example.org`, role, passwordHash: 'a:b', now };
  const id = await createPerson(store.database, made);
  if (id === null) throw new Error('exists');
  return id;
}

async function session(userId: string, id: string, address: string | null): Promise<void> {
  const dates = { createdAt: now, updatedAt: now, expiresAt: new Date(now.getTime() + 3_600_000) };
  await store.database.session.create({ data: { id, userId, token: id, ipAddress: address, userAgent: '', ...dates } });
}

test('of two administrators who demote each other at the same time, one stays', async () => {
  await person('a', 'administrator');
  await person('b', 'administrator');
  const results = await Promise.all([
    changeRole(store.database, { email: 'a@example.org', role: 'viewer', actor, now }),
    disablePerson(store.database, { email: 'b@example.org', actor, now }),
  ]);
  expect(results.filter(({ ok }) => ok)).toHaveLength(1);
  expect(results.filter((result) => !result.ok && result.error === lastAdministrator)).toHaveLength(1);
  const left = (await listPeople(store.database)).filter(
    (one) => one.role === 'administrator' && one.disabledAt === null,
  );
  expect(left).toHaveLength(1);
});

test('a disabled administrator is not the one who is left', async () => {
  await person('a', 'administrator');
  await person('b', 'administrator');
  await disablePerson(store.database, { email: 'b@example.org', actor, now });
  expect(await disablePerson(store.database, { email: 'a@example.org', actor, now })).toEqual({
    ok: false,
    error: lastAdministrator,
  });
});

test('who is disabled loses every session, and what was done is written down', async () => {
  await person('a', 'administrator');
  const id = await person('v', 'viewer');
  await session(id, 's1', '192.0.2.1');
  await session(id, 's2', null);
  await session(id, 's3', '2001:0db8:0000:0001:0000:0000:0000:0000');
  expect(await listSessions(store.database, { userId: id, now })).toMatchObject([
    { id: 's1', address: '192.0.2.1', browser: null },
    { id: 's2', address: null },
    { id: 's3', address: '2001:db8:0:1::/64' },
  ]);
  await disablePerson(store.database, { email: 'V@example.org', actor, now });
  await disablePerson(store.database, { email: 'V@example.org', actor, now });
  expect(await listSessions(store.database, { userId: id, now })).toEqual([]);
  expect(await store.database.auditEntry.findMany({ omit: { id: true, hash: true, previousHash: true } })).toEqual([
    { at: now, actor, action: 'person.disabled', subject: 'v@example.org', detail: { sessionsEnded: 3 } },
  ]);
});

test('sessions end one by one, all others, or all, and never those of somebody else', async () => {
  const mine = await person('m', 'viewer');
  const other = await person('o', 'viewer');
  for (const id of ['m1', 'm2', 'm3', 'm4']) await session(mine, id, null);
  await session(other, 'o1', null);
  const { database } = store;
  const end = (which: Parameters<typeof endSessions>[1]['which']) =>
    endSessions(database, { userId: mine, which, actor, now });
  expect(await end({ only: 'o1' })).toBe(0);
  expect(await end({ only: 'm1' })).toBe(1);
  expect(await end({ except: 'm2' })).toBe(2);
  expect(await end('all')).toBe(1);
  expect((await database.session.findMany()).map(({ id }) => id)).toEqual(['o1']);
});
