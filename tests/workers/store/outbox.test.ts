import { claimTasks, LeaseLost } from '#workers/store/tasks.ts';
import { loadPending, noteSent } from '#workers/store/outbox.ts';
import { createTestDatabase, type TestDatabase } from '#tests/support/database.ts';
import { openIncident } from '#tests/support/outbox.ts';

let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase();
});
afterAll(() => test.close());

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
