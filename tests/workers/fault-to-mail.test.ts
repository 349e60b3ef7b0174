import { createTestDatabase, type TestDatabase } from '#tests/support/database.ts';
import { startFaultWorld, type FaultWorld } from '#tests/support/fault-world.ts';
import { until } from '#tests/support/until.ts';

/* Real servers, a real worker, a real relay: a fault becomes one mail, and its end another one in the same thread. */

let test: TestDatabase;
let world: FaultWorld;

beforeAll(async () => {
  test = await createTestDatabase();
  world = await startFaultWorld({ databaseUrl: test.url, database: test.database, count: 5, intervalSeconds: 10 });
});
afterAll(async () => {
  await world.stop();
  await test.close();
});

it('tells five faults once, and their end in the same thread', async () => {
  const kinds = ['expired', 'gone', 'expired', 'gone', 'expired'] as const;
  for (const [index, kind] of kinds.entries()) await world.servers[index]?.breakIt(kind);
  const opened = await Promise.all(world.servers.map(({ host }) => world.mailOf({ host, state: 'FIRING', from: 0 })));
  for (const server of world.servers) await server.mendIt();
  const resolved = await Promise.all(
    world.servers.map(({ host }) => world.mailOf({ host, state: 'RESOLVED', from: 0 })),
  );
  for (const [index, mail] of resolved.entries()) {
    expect(mail.headers.get('in-reply-to')).toBe(opened[index]?.headers.get('message-id'));
    expect(mail.headers.get('references')).toBe(opened[index]?.headers.get('message-id'));
    expect(mail.headers.get('auto-submitted')).toBe('auto-generated');
  }
  // Nothing else was worth a mail of its own.
  await until(async () =>
    (await test.database.notice.count({ where: { sentAt: null, digest: false } })) === 0 ? true : null,
  );
  expect(world.sink.mails.filter(({ headers }) => headers.get('subject')?.startsWith('[FIRING]'))).toHaveLength(5);
});
