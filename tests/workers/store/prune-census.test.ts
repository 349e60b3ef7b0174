import { pruneCensus } from '#workers/store/prune-census.ts';
import { seedClient, seedHolders, seedServer, testAccount } from '#tests/support/census.ts';
import { createTestDatabase, type TestDatabase } from '#tests/support/database.ts';

/** A Wednesday. */
const now = new Date('2026-11-25T12:00:00Z');
/** A Thursday: its week began on the 20th of October. */
const before = new Date('2025-10-23T12:00:00Z');
const limits = { before, now, mayGoOn: () => true };

describe('pruning the census', () => {
  let test: TestDatabase;
  beforeAll(async () => {
    test = await createTestDatabase();
  });
  afterAll(() => test.close());

  it('takes clients of weeks that are too old out of the census and out of the counts', async () => {
    const { database } = test;
    const client = { client: 'Courier', version: '7', latched: ['tls12'] };
    await seedHolders(database, [
      { ...client, account: 'old', lastDay: new Date('2025-10-19') },
      { ...client, account: 'kept', lastDay: new Date('2025-10-20') },
      { ...client, account: 'young', lastDay: now },
    ]);
    const rows = await database.latchHolder.findMany();
    await database.latchHolderBefore.createMany({ data: rows.map((row) => ({ ...row, takenBy: 2 })) });
    await expect(pruneCensus(database, limits)).resolves.toMatchObject({ holders: 1 });
    const kept = ['kept', 'young'].map((account) => ({ account: testAccount(account) })).sort(byAccount);
    const left = { select: { account: true }, orderBy: { account: 'asc' } } as const;
    expect(await database.latchHolder.findMany(left)).toEqual(kept);
    expect(await database.latchHolderBefore.findMany(left)).toEqual(kept);
    const weeks = await database.$queryRaw`
      SELECT to_char(week, 'YYYY-MM-DD') AS week, sum(change)::int AS holders FROM census_delta
      GROUP BY week HAVING sum(change) <> 0 ORDER BY week`;
    expect(weeks).toEqual([
      { week: '2025-10-20', holders: 1 },
      { week: '2026-11-23', holders: 1 },
    ]);
    await expect(pruneCensus(database, limits)).resolves.toMatchObject({ holders: 0 });
  });

  it('makes counts by the hour of broken latches that are a month old', async () => {
    const { database } = test;
    const place = { server: await seedServer(database, {}), client: await seedClient(database, 'Courier', '7') };
    const failure = { ...place, tag: 'tls12', source: 1 };
    const old = '2026-10-26T10';
    await database.latchFailure.createMany({
      data: [
        { ...failure, slot: new Date(`${old}:00:00Z`), network: '192.0.2.0/24', reports: 2 },
        { ...failure, slot: new Date(`${old}:55:00Z`), network: '192.0.2.0/24', reports: 3 },
        { ...failure, slot: new Date(`${old}:55:00Z`), network: '198.51.100.0/24', reports: 4 },
        { ...failure, slot: new Date(`${old}:55:00Z`), network: '', reports: 5 },
        { ...failure, slot: new Date('2026-10-26T12:00:00Z'), network: '192.0.2.0/24', reports: 6 },
      ],
    });
    await expect(pruneCensus(database, limits)).resolves.toMatchObject({ failures: 4 });
    expect(await database.latchFailureHour.findMany()).toEqual([
      { ...place, tag: 'tls12', hour: new Date(`${old}:00:00Z`), networks: 2, reports: 14n },
    ]);
    expect(await database.latchFailure.findMany()).toMatchObject([{ reports: 6n }]);
    // A report that came late joins its hour.
    await database.latchFailure.create({
      data: { ...failure, slot: new Date(`${old}:05:00Z`), network: '192.0.2.0/24', reports: 1 },
    });
    await pruneCensus(database, limits);
    expect(await database.latchFailureHour.findMany()).toMatchObject([{ networks: 2, reports: 15n }]);
  });

  it('deletes counts and tombstones that ran out, and no younger ones', async () => {
    const { database } = test;
    const server = await seedServer(database, {});
    const login = { server, source: 1, logins: 1, named: 1, spokeOfLatches: 1, proxied: 0, proxiedWithoutTls: 0 };
    await database.loginCount.createMany({
      data: ['2025-10-22', '2025-10-23'].map((day) => ({ ...login, day: new Date(day) })),
    });
    await database.erasedAccount.createMany({
      data: [
        { account: testAccount('a'), until: new Date(now.getTime() - 1) },
        { account: testAccount('b'), until: new Date(now.getTime() + 1) },
      ],
    });
    await database.auditEntry.create({ data: { at: new Date(0), actor: 'a', action: 'x', subject: '', detail: {} } });
    await expect(pruneCensus(database, limits)).resolves.toMatchObject({ reports: 2 });
    expect(await database.loginCount.findMany()).toMatchObject([{ day: new Date('2025-10-23') }]);
    expect(await database.erasedAccount.findMany()).toMatchObject([{ account: testAccount('b') }]);
    expect(await database.auditEntry.count()).toBe(1);
  });
});

function byAccount(a: { readonly account: string }, b: { readonly account: string }): number {
  return a.account < b.account ? -1 : 1;
}
