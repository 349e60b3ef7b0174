import type { EndpointObservation } from '#lib/model/observation.ts';
import { dayMs } from '#tests/support/certificates.ts';
import { createTestDatabase, type TestDatabase } from '#tests/support/database.ts';
import { createEngine, emptyDatabase } from '#tests/support/engine.ts';
import { changeSessions, healthyEndpoint, leafWith, testPki, trustedTls } from '#tests/support/observations.ts';
import { changeScan, healthyScan } from '#tests/support/scan-observations.ts';

/*
 * A pool behind one address with a server that was forgotten: probes meet it every other time. One finding says so, and
 * nothing opens and closes with the turn of the pool.
 */

let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase();
});
afterAll(() => test.close());
beforeEach(() => emptyDatabase(test.database));

const forgotten = trustedTls([leafWith(2 * dayMs), testPki.intermediate]);
/** Without TLSA records, which would have their say on the other key. */
const seeing = (change: Parameters<typeof changeSessions>[1]): EndpointObservation => ({
  ...changeSessions(healthyEndpoint(), change),
  tlsa: null,
});
const pool = {
  good: () => seeing(() => ({})),
  bad: () => seeing((_session, index) => (index === 0 ? { tls: forgotten } : {})),
};
const mixedScan = () =>
  changeScan(healthyScan(), (scan, index) =>
    index === 0 ? { repeated: scan.repeated.map((tls, turn) => (turn === 1 ? forgotten : tls)) } : {},
  );

async function watching() {
  const engine = createEngine(test.database);
  await engine.watch();
  const probe = async (...turns: readonly (keyof typeof pool)[]): Promise<void> => {
    for (const turn of turns) {
      engine.sight.endpoint = pool[turn];
      await engine.runAll('probe');
    }
  };
  const incidents = async () => {
    const rows = await test.database.incident.findMany({ where: { rootId: null }, orderBy: { code: 'asc' } });
    return rows
      .filter(({ state }) => state !== 'suspect')
      .map(({ code, instance, state }) => ({ code, instance, state }));
  };
  return { ...engine, probe, incidents };
}

const firing = [
  { code: 'certificate-expiry', instance: 1, state: 'firing' },
  { code: 'mixed-backends', instance: 1, state: 'firing' },
];

it('keeps what the bad server shows open while the probe meets the good one', async () => {
  const { probe, runAll, sight, incidents } = await watching();
  sight.scan = mixedScan;
  await probe('good');
  await runAll('scan');
  await runAll('scan');
  await probe('bad', 'bad');
  expect(await incidents()).toEqual(firing);
  await probe('good', 'good', 'good', 'good', 'bad', 'good', 'good');
  expect(await incidents()).toEqual(firing);
});

it('closes all of it once the servers are alike', async () => {
  const { probe, runAll, sight, incidents } = await watching();
  sight.scan = mixedScan;
  await probe('good');
  await runAll('scan');
  await runAll('scan');
  await probe('bad', 'bad', 'good');
  sight.scan = () => healthyScan();
  await runAll('scan');
  await runAll('scan');
  await probe('good', 'good');
  expect((await incidents()).map(({ state }) => state)).toEqual(['resolved', 'resolved']);
});

it('asks for no deep scan each time the pool turns', async () => {
  const { probe, runAll, runDue, sight } = await watching();
  sight.scan = mixedScan;
  await probe('good');
  await runAll('scan');
  await runAll('scan');
  await runDue('scan');
  const dueAt = async () => (await test.database.task.findFirstOrThrow({ where: { kind: 'scan' } })).dueAt;
  const before = await dueAt();
  await probe('bad', 'good', 'bad');
  expect(await dueAt()).toEqual(before);
});

it('is seen as a change where nobody knows of the pool', async () => {
  const { probe, runAll, runDue, dueInSeconds } = await watching();
  await probe('good');
  await runAll('scan');
  await runDue('scan');
  await probe('bad');
  expect(await dueInSeconds('scan')).toBe(60);
});
