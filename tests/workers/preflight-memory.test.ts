import { plannedChange } from '#lib/planner/read-change.ts';
import { readPreflightMemory } from '#prisma/commands/preflight-memory.ts';
import { planForPreflight } from '#prisma/commands/preflight-plan.ts';
import { tlsaText } from '#lib/dane/record.ts';
import { seedHolders } from '#tests/support/census.ts';
import { createTestDatabase, type TestDatabase } from '#tests/support/database.ts';
import { createEngine } from '#tests/support/engine.ts';
import { healthyEndpoint, lookupOf, testEndpoint, testPki, tlsaOf } from '#tests/support/observations.ts';
import { changeAnswers, healthyZone } from '#tests/support/zone-observations.ts';

/* What a preflight knows from before, on real Postgres. */

let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase();
});
afterAll(() => test.close());

it('remembers what each name server gave out, what the host promised and who holds it', async () => {
  const engine = createEngine(test.database);
  await engine.watch();
  const endpoint = healthyEndpoint();
  const lookups = [{ ...lookupOf('mail.example.org', 'A', ['192.0.2.1']), zone: 'example.org' }];
  engine.sight.endpoint = () => ({ ...endpoint, addresses: { ok: true, facts: { list: ['192.0.2.1'], lookups } } });
  await engine.runAll('probe');
  const record = tlsaOf(testPki.leaf);
  const key = '_993._tcp.mail.example.org TLSA';
  engine.sight.zone = () => ({ ...healthyZone(), finishedAt: engine.clock.now() });
  await engine.runAll('zone');
  engine.sight.zone = () => ({
    ...changeAnswers(healthyZone(), () => ({ records: [tlsaText(record)], ttlSeconds: 300 }), { key }),
    finishedAt: engine.clock.now(),
  });
  await engine.runAll('zone');
  const now = new Date(engine.clock.now());
  await seedHolders(test.database, [
    { account: 'one', client: 'Prudent', latched: ['tls-cert', 'tls12'], speaksDeep: true, lastDay: now },
    { account: 'two', client: 'Prudent', latched: ['tls12'], speaksDeep: true, lastDay: now },
    { account: 'three', client: 'Other', lastDay: now },
  ]);

  const memory = await readPreflightMemory(test.database, { target: testEndpoint(), now });
  expect(memory.looks.map(({ servers }) => servers.map(({ set }) => set?.records ?? null))).toEqual([
    [[], [record], []],
    [[], [], []],
  ]);
  expect(memory.promised).toEqual(expect.arrayContaining(['tls-cert', 'tls12']));
  expect(memory.census?.holders).toEqual(
    new Map([
      ['tls-cert', 1],
      ['tls12', 2],
    ]),
  );

  const change = plannedChange.parse({ op: 'disable_tls', versions: ['1.2', '1.3'], hosts: ['mail.example.org'] });
  const part = await planForPreflight(test.database, { change, authorities: [], now });
  expect(part.breaks).toBe(2);
  expect(part.reasons[0]).toMatchObject({ verdict: 'block', code: 'clients-break' });
});

it('knows nothing of a host that nobody watches', async () => {
  const target = { ...testEndpoint(), host: 'elsewhere.example.net' };
  const memory = await readPreflightMemory(test.database, { target, now: new Date() });
  expect(memory).toEqual({ looks: [], publishedAt: null, promised: [], names: [], census: null });
});
