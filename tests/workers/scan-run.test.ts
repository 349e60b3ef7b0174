import { requestScan } from '#prisma/commands/endpoints.ts';
import { readLatestScan } from '#prisma/commands/latest-scan.ts';
import { createTestDatabase, type TestDatabase } from '#tests/support/database.ts';
import { createEngine, emptyDatabase } from '#tests/support/engine.ts';
import { testEndpoint } from '#tests/support/observations.ts';
import { accepted, changeScan, healthyScan } from '#tests/support/scan-observations.ts';
import type { ScanRequest } from '#workers/run.ts';

/* The task of a deep scan, from the probe that asks for it to what is kept of it. */

let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase();
});
afterAll(() => test.close());
beforeEach(() => emptyDatabase(test.database));

const daySeconds = 24 * 60 * 60;

async function watching() {
  const engine = createEngine(test.database);
  const { endpointId } = await engine.watch();
  const latest = () => readLatestScan(test.database, { endpointId, endpoint: testEndpoint() });
  return { ...engine, endpointId, latest };
}

const withRc4 = () =>
  changeScan(healthyScan(), ({ weakSuites }, index) =>
    index === 0
      ? {
          weakSuites: {
            ...weakSuites,
            rc4: accepted({ version: 'TLSv1.2', suite: '0005', name: 'TLS_RSA_WITH_RC4_128_SHA' } as const),
          },
        }
      : {},
  );

it('comes soon after the first probe, then once a day, and is kept as it was seen', async () => {
  const { runAll, dueInSeconds, latest, sight } = await watching();
  expect(await dueInSeconds('scan')).toBeNull();
  await runAll('probe');
  expect(await dueInSeconds('scan')).toBe(5);
  sight.scan = withRc4;
  expect(await runAll('scan')).toBe(1);
  expect(await latest()).toEqual(withRc4());
  sight.scan = () => healthyScan();
  await runAll('scan');
  await runAll('scan');
  await runAll('scan');
  expect(await latest()).toEqual(healthyScan());
  expect(await dueInSeconds('scan')).toBe(daySeconds);
});

it('keeps an unchanged scan once', async () => {
  const { runAll } = await watching();
  await runAll('probe');
  await runAll('scan');
  const before = await test.database.observationSpan.count({ where: { kind: 'scan' } });
  await runAll('scan');
  expect(await test.database.observationSpan.count({ where: { kind: 'scan' } })).toBe(before);
});

it('looks at nothing before a probe did, and knows what the probe saw', async () => {
  const { runAll, endpointId, sight, latest } = await watching();
  const requests: ScanRequest[] = [];
  sight.scan = (request) => {
    requests.push(request);
    return healthyScan(request.target);
  };
  await requestScan(test.database, { endpointId, now: new Date() });
  await runAll('scan');
  expect(requests).toEqual([]);
  expect(await latest()).toBeNull();
  await runAll('probe');
  await runAll('scan');
  expect(requests).toMatchObject([{ target: testEndpoint(), latest: { sessions: [{}, {}] } }]);
});

it('goes before all others when a person asks, also while one runs', async () => {
  const { runAll, claim, run, dueInSeconds, endpointId } = await watching();
  await runAll('probe');
  await runAll('scan');
  await requestScan(test.database, { endpointId, now: new Date() });
  const [asked] = await claim('scan');
  expect(asked).toMatchObject({ ref: endpointId, priority: 10 });
  await requestScan(test.database, { endpointId, now: new Date() });
  expect(await claim('scan')).toEqual([]);
  if (asked !== undefined) await run(asked);
  expect(await dueInSeconds('scan')).toBe(0);
  const [again] = await claim('scan');
  if (again !== undefined) await run(again);
  expect(await dueInSeconds('scan')).toBe(daySeconds);
});

it('is confirmed by a second one before it tells anybody, and not at once', async () => {
  const { runAll, dueInSeconds, sight } = await watching();
  await runAll('probe');
  sight.scan = withRc4;
  await runAll('scan');
  const states = async () => {
    const rows = await test.database.incident.findMany({ where: { code: 'cipher-rc4-offered' } });
    return rows.map(({ state }) => state);
  };
  expect(await states()).toEqual(['suspect']);
  expect(await dueInSeconds('scan')).toBe(300);
  await runAll('scan');
  expect(await states()).toEqual(['firing']);
});
