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
  const told = (state: 'FIRING' | 'RESOLVED') =>
    Promise.all(
      world.servers.map(({ host }, index) => world.mailOf({ host, kind: kinds[index] ?? 'gone', state, from: 0 })),
    );
  const opened = await told('FIRING');
  for (const server of world.servers) await server.mendIt();
  const resolved = await told('RESOLVED');
  for (const [index, mail] of resolved.entries()) {
    expect(mail.headers.get('in-reply-to')).toBe(opened[index]?.headers.get('message-id'));
    expect(mail.headers.get('references')).toBe(opened[index]?.headers.get('message-id'));
    expect(mail.headers.get('auto-submitted')).toBe('auto-generated');
  }
  // What a deep scan of the expired certificate adds may come beside.
  await until(async () =>
    (await test.database.notice.count({ where: { sentAt: null, digest: false } })) === 0 ? true : null,
  );
  const firing = world.sink.mails.filter(({ headers }) => headers.get('subject')?.startsWith('[FIRING]'));
  expect(firing.filter(({ body }) => /\nCode: (certificate-expiry|unreachable)\n/.test(body))).toHaveLength(5);
});
