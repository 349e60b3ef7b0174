import { createTestDatabase, type TestDatabase } from '#tests/support/database.ts';
import { startOwnResolverWorld, type OwnResolverWorld } from '#tests/support/own-resolver-world.ts';
import { until } from '#tests/support/until.ts';

/* A real resolver process is killed and started again under a real worker. */

const count = 40;
let test: TestDatabase;
let world: OwnResolverWorld;

beforeAll(async () => {
  test = await createTestDatabase();
  world = await startOwnResolverWorld({ databaseUrl: test.url, database: test.database, count, intervalSeconds: 10 });
});
afterAll(async () => {
  await world.stop();
  await test.close();
});

const incidents = () =>
  test.database.incident.findMany({
    where: { state: { not: 'suspect' } },
    select: { code: true, state: true, vantage: true },
  });

it('makes a dead resolver one notice and all endpoints unknown, and is green again by itself', async () => {
  await world.allGreen();
  expect(await test.database.notice.count()).toBe(0);

  await world.killResolver();
  await world.allUnknown();
  await until(async () => ((await incidents()).length > 0 ? true : null));
  // Long enough for every endpoint to be looked at again.
  const looked = new Date();
  await until(async () =>
    (await test.database.endpoint.count({ where: { lastProbedAt: { gt: looked } } })) === count ? true : null,
  );
  expect(await world.verdicts()).toEqual(new Map([['inconclusive', count]]));
  expect(await incidents()).toEqual([{ code: 'own-resolver-down', state: 'firing', vantage: 'local' }]);
  expect(await test.database.notice.findMany({ select: { reason: true } })).toEqual([{ reason: 'opened' }]);

  await world.startResolver();
  await world.allGreen();
  await until(async () => ((await incidents()).every(({ state }) => state === 'resolved') ? true : null));
  expect(await incidents()).toHaveLength(1);
  const notices = await test.database.notice.findMany({ select: { reason: true }, orderBy: { sequence: 'asc' } });
  expect(notices).toEqual([{ reason: 'opened' }, { reason: 'resolved' }]);
  expect(await test.database.finding.count({ where: { verdict: { in: ['fail', 'crit'] } } })).toBe(0);
});
