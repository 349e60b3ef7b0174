import type { CensusCube } from '#lib/model/census.ts';
import type { AffectedClass } from '#lib/planner/plan.ts';
import { countAccounts, pageOfAccounts } from '#prisma/commands/affected-accounts.ts';
import { createTestDatabase, type TestDatabase } from '#tests/support/database.ts';
import { seedClass, seedHolders, testAccount } from '#tests/support/census.ts';

const lastDay = new Date('2026-11-20T00:00:00Z');
const longAgo = new Date('2025-11-20T00:00:00Z');
const names = Array.from({ length: 30 }, (_, index) => `account ${String(index)}`);
const phone = { client: 'Phone', latched: ['tls-cert'] };
const desk = { client: 'Desk', latched: ['tls12'] };
let test: TestDatabase;
let phoneClass: AffectedClass;
let deskClass: AffectedClass;

beforeAll(async () => {
  test = await createTestDatabase();
  await seedHolders(test.database, [
    ...names.map((account) => ({ ...phone, account, lastDay })),
    // Every second account has the other program as well, half of those a year ago.
    ...names.flatMap((account, index) =>
      index % 2 === 0 ? [{ ...desk, account, lastDay: index % 4 === 0 ? lastDay : longAgo }] : [],
    ),
    { ...desk, account: 'somebody else', lastDay },
  ]);
  phoneClass = { classId: await seedClass(test.database, phone), impact: 'breaks', presumedSince: null };
  deskClass = { classId: await seedClass(test.database, desk), impact: 'at-risk', presumedSince: null };
});
afterAll(() => test.close());

/** `others`: clients of classes that nobody asked for, by which it is chosen how to read. */
function cubeWith(others: number): CensusCube {
  const counts = [phoneClass, deskClass].map(({ classId }) => ({ classId, week: '2026-11-16', holders: 30 }));
  return {
    classes: new Map(),
    coverage: [],
    counts: [...counts, { classId: -1, week: '2026-11-16', holders: others }],
  };
}

async function readAll(classes: readonly AffectedClass[], { others, limit }: { others: number; limit: number }) {
  const accounts: string[] = [];
  for (let after: string | null = null; ;) {
    const page = await pageOfAccounts(test.database, classes, { cube: cubeWith(others), after, limit });
    expect(page.accounts.length).toBeLessThanOrEqual(limit);
    accounts.push(...page.accounts);
    if (page.next === null) return accounts;
    after = page.next;
  }
}

describe.each([
  ['by class', 1_000_000],
  ['by account', 0],
])('read %s', (_way, others) => {
  it('names each account once, in order, over all pages', async () => {
    const expected = [...names, 'somebody else'].map(testAccount).toSorted();
    for (const limit of [7, 31, 100])
      expect(await readAll([phoneClass, deskClass], { others, limit })).toEqual(expected);
  });

  it('leaves out who is presumed only from a later day on', async () => {
    const since = { ...deskClass, presumedSince: '2026-01-01' };
    const expected = [...names.filter((_, index) => index % 4 === 0), 'somebody else'].map(testAccount).toSorted();
    expect(await readAll([since], { others, limit: 4 })).toEqual(expected);
    expect(await countAccounts(test.database, [since])).toBe(expected.length);
  });
});

it('counts each account once, and none where no class is affected', async () => {
  expect(await countAccounts(test.database, [phoneClass, deskClass])).toBe(31);
  expect(await countAccounts(test.database, [])).toBe(0);
  expect(await pageOfAccounts(test.database, [], { cube: cubeWith(0), after: null, limit: 10 })).toEqual({
    accounts: [],
    next: null,
  });
});
