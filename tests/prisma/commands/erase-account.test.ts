import { eraseAccount } from '#prisma/commands/erase-account.ts';
import { seedClass, seedHolders, testAccount } from '#tests/support/census.ts';
import { createTestDatabase, type TestDatabase } from '#tests/support/database.ts';

const now = new Date('2026-11-25T12:00:00Z');
const until = new Date('2026-12-25T12:00:00Z');
let store: TestDatabase;

beforeAll(async () => {
  store = await createTestDatabase();
});
afterAll(() => store.close());

const current = testAccount('anna, new key');
const previous = testAccount('anna, old key');
const erase = () =>
  eraseAccount(store.database, {
    pseudonyms: [current, previous].map((account) => account.replaceAll('-', '')),
    actor: 'admin@example.org',
    now,
  });

/** What the cube and its deltas say together. */
async function counted(): Promise<number> {
  const { _sum: cube } = await store.database.censusCube.aggregate({ _sum: { holders: true } });
  const { _sum: delta } = await store.database.censusDelta.aggregate({ _sum: { change: true } });
  return Number(cube.holders ?? 0) + Number(delta.change ?? 0);
}

it('takes an account out everywhere, under each pseudonym, and nobody else', async () => {
  const { database } = store;
  const client = { client: 'Courier', version: '7', latched: ['tls12'] };
  await seedHolders(database, [
    { ...client, account: 'anna, new key', lastDay: now },
    { ...client, account: 'anna, new key', service: 'submission', lastDay: new Date('2026-11-01') },
    { ...client, account: 'anna, old key', lastDay: new Date('2026-10-01') },
    { ...client, account: 'bert', lastDay: now },
  ]);
  const classId = await seedClass(database, client);
  const held = await database.latchHolder.findMany({ where: { account: { in: [current, testAccount('bert')] } } });
  await database.latchHolderBefore.createMany({ data: held.map((row) => ({ ...row, takenBy: 2 })) });
  const {
    server,
    client: clientId,
    latched,
    supported,
    tls,
  } = await database.censusClass.findUniqueOrThrow({
    where: { id: classId },
  });
  const half = { server, client: clientId, latched, supported, tls, source: 1, speaksDeep: true, at: now };
  await database.sessionReport.createMany({
    data: [
      { ...half, session: 's1', account: current },
      { ...half, session: 's2', account: null },
    ],
  });
  expect(await counted()).toBe(4);

  await expect(erase()).resolves.toBe(3);

  const bert = [{ account: testAccount('bert') }];
  expect(await database.latchHolder.findMany({ select: { account: true } })).toEqual(bert);
  expect(await database.latchHolderBefore.findMany({ select: { account: true } })).toEqual(bert);
  expect(await database.sessionReport.findMany({ select: { session: true } })).toEqual([{ session: 's2' }]);
  expect(await counted()).toBe(1);
  const weeks = await database.$queryRaw`
    SELECT to_char(week, 'YYYY-MM-DD') AS week, sum(change)::int AS holders FROM census_delta
    GROUP BY week HAVING sum(change) <> 0`;
  expect(weeks).toEqual([{ week: '2026-11-23', holders: 1 }]);
});

it('drops late reports for thirty days, and writes down that somebody was erased, not who', async () => {
  const { database } = store;
  expect(await database.erasedAccount.findMany({ orderBy: { account: 'asc' } })).toEqual(
    [current, previous].sort().map((account) => ({ account, until })),
  );
  const [entry] = await database.auditEntry.findMany();
  expect(entry).toMatchObject({
    ...{ at: now, actor: 'admin@example.org', action: 'account.erased', subject: '', detail: { clients: 3 } },
  });
});

it('erases again, and whom nobody knows', async () => {
  await expect(erase()).resolves.toBe(0);
  expect(await store.database.erasedAccount.count()).toBe(2);
  expect(await counted()).toBe(1);
});
