import { burstUnderKills } from '#tests/support/alert-burst.ts';
import { createTestDatabase, type TestDatabase } from '#tests/support/database.ts';
import { startFaultWorld, type FaultWorld } from '#tests/support/fault-world.ts';

/* The outbox under kill -9: more incidents at once than a route takes in an hour, and a worker that dies meanwhile. */

let test: TestDatabase;
let world: FaultWorld;

beforeAll(async () => {
  test = await createTestDatabase();
  world = await startFaultWorld({ databaseUrl: test.url, database: test.database, count: 30, intervalSeconds: 10 });
});
afterAll(async () => {
  await world.stop();
  await test.close();
});

it('loses no alert and keeps its threads when the worker is killed three times', async () => {
  const outcome = await burstUnderKills(world, { database: test.database, times: 3, everyMs: 3_000 });
  expect(outcome).toMatchObject({ incidents: 30, lost: 0, endsLost: 0, brokenThreads: 0 });
  // A mail may come twice where the worker died between the relay's yes and its own note of it, once a kill.
  expect(outcome.twice).toBeLessThanOrEqual(3);
  // 20 an hour and a summary for the rest, for what opened and for what ended.
  expect(outcome.mails - outcome.twice).toBeLessThan(2 * 30);
});
