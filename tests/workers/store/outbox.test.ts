import { claimTasks, LeaseLost } from '#workers/store/tasks.ts';
import { giveUp, loadPending, noteSent } from '#workers/store/outbox.ts';
import { createTestDatabase, type TestDatabase } from '#tests/support/database.ts';
import { emptyDatabase } from '#tests/support/engine.ts';
import { openIncident, tell } from '#tests/support/outbox.ts';

let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase();
});
afterAll(() => test.close());
beforeEach(() => emptyDatabase(test.database));

const now = Date.parse('2026-11-26T12:00:00Z');

async function claimBy(workerId: string) {
  const [claim] = await claimTasks(test.database, { workerId, limit: 1, kinds: ['notify'], vantage: 'local' });
  if (claim === undefined) throw new Error('nothing is due');
  return claim;
}

it('writes down what was sent, and nothing once another worker has the route', async () => {
  const { database } = test;
  await openIncident(database, { id: 'A', now });
  const early = await claimBy('early');
  const notices = await loadPending(database, { routeId: early.ref, overflowed: false });
  expect(notices).toHaveLength(1);
  const sent = { notices, remark: 'not for all', messageId: '<a@watch.example.com>', now };
  await database.$executeRaw`UPDATE task SET lease_until = now() - interval '1 second'`;
  const later = await claimBy('later');
  await database.$executeRaw`UPDATE task SET lease_until = now() + interval '1 second'`;

  await expect(noteSent(database, early, sent)).rejects.toThrow(LeaseLost);
  expect(await database.notice.findMany()).toMatchObject([{ sentAt: null, attempts: 0 }]);
  expect(await database.incidentEvent.count({ where: { kind: 'notified' } })).toBe(0);

  await noteSent(database, later, sent);
  const told = { sentAt: new Date(now), attempts: 1, lastError: 'not for all', messageId: '<a@watch.example.com>' };
  expect(await database.notice.findMany()).toMatchObject([told]);
  const data = { route: 'default', sequence: 0, reason: 'opened' };
  expect(await database.incidentEvent.findMany({ where: { kind: 'notified' } })).toMatchObject([
    { incidentId: 'A', actor: 'latchwatch', at: new Date(now), data },
  ]);
  // The route has many: the next one has the whole lease again.
  const [task] = await database.task.findMany({ where: { kind: 'notify' } });
  expect((task?.leaseUntil?.getTime() ?? 0) - Date.now()).toBeGreaterThan(30_000);
});

it('loads untried threads beside any number that are refused again and again, each from its beginning', async () => {
  const { database } = test;
  const refused = Array.from({ length: 210 }, (_, index) => `R${String(index).padStart(3, '0')}`);
  for (const id of refused) await openIncident(database, { id, now });
  await database.notice.updateMany({ data: { attempts: 5 } });
  await openIncident(database, { id: 'A', now: now + 1 });
  await tell(database, { id: 'A', now: now + 2, reason: 'resolved' });
  await tell(database, { id: 'R209', now: now + 3, reason: 'resolved' });

  const loaded = await loadPending(database, { routeId: 'default', overflowed: false });
  expect(loaded).toHaveLength(200);
  expect(loaded.map(({ incidentId }) => incidentId)).toEqual([...refused.slice(0, 198), 'A', 'A']);
  expect(loaded.slice(-2).map(({ sequence }) => sequence)).toEqual([0, 1]);
});

it('gives up what is old and was tried often enough, and nothing else', async () => {
  const { database } = test;
  for (const id of ['OLD', 'LATE', 'UNTRIED']) await openIncident(database, { id, now });
  await openIncident(database, { id: 'NEW', now: now + 1 });
  await database.notice.updateMany({ where: { incidentId: { in: ['OLD', 'NEW'] } }, data: { attempts: 10 } });
  await database.notice.updateMany({ where: { incidentId: 'LATE' }, data: { attempts: 9 } });
  const late = { routeId: 'default', before: now, tries: 10, now: now + 2, error: 'nobody there' };
  expect(await database.$transaction((tx) => giveUp(tx, late))).toBe(1);
  expect(await database.notice.findMany({ where: { givenUpAt: { not: null } } })).toMatchObject([
    { incidentId: 'OLD', lastError: 'given up after a day: nobody there' },
  ]);
});
