import { failSessions, healthyEndpoint } from '#tests/support/observations.ts';
import { seedClient, seedServer } from '#tests/support/census.ts';
import { createTestDatabase, type TestDatabase } from '#tests/support/database.ts';
import { createEngine, emptyDatabase } from '#tests/support/engine.ts';
import { startSmtpSink, type SmtpSink } from '#tests/support/smtp-sink.ts';

/*
 * What clients report before a login may come from anybody: it wakes somebody only where networks agree, or our own probe.
 */

const code = 'latch-failure-spike';
let test: TestDatabase;
let sink: SmtpSink;
beforeAll(async () => {
  test = await createTestDatabase();
});
afterAll(() => test.close());
beforeEach(async () => {
  await emptyDatabase(test.database);
  await test.database.latchFailure.deleteMany();
  sink = await startSmtpSink();
});
afterEach(() => sink.close());

async function watching() {
  const { database } = test;
  const engine = createEngine(database);
  engine.sight.relayPort = sink.port;
  await engine.watch();
  const server = await seedServer(database, {});
  const report = async (clients: number, networks: number): Promise<void> => {
    for (let index = 0; index < clients; index += 1) {
      const client = await seedClient(database, `Program ${String(index)}`, '1');
      const network = `10.0.${String(index % networks)}.0/24`;
      const slot = new Date(Math.floor(engine.clock.now() / 300_000) * 300_000);
      const row = { slot, server, client, network, tag: 'tls-cert', source: 1, reports: 3 };
      await database.latchFailure.create({ data: row });
    }
  };
  const probe = async (times: number): Promise<void> => {
    for (let run = 0; run < times; run += 1) await engine.runAll('probe');
    await engine.runDue('notify');
  };
  const incident = () => database.incident.findFirst({ where: { code, state: { not: 'suspect' } } });
  return { ...engine, report, probe, incident };
}

it('wakes somebody when clients in many networks fail at a server that we see in order', async () => {
  const { report, probe, incident, clock } = await watching();
  await probe(1);
  await report(8, 8);
  await probe(2);
  expect(await incident()).toMatchObject({ state: 'firing', severity: 'critical', params: { meaning: 'path' } });
  expect(sink.mails).toHaveLength(1);
  expect(sink.mails[0]?.body).toContain('intercept');
  clock.advance(30 * 60_000);
  await probe(2);
  expect(await incident()).toMatchObject({ state: 'resolved' });
});

it('leaves it to the digest when one network says so, however often', async () => {
  const { report, probe, incident } = await watching();
  await probe(1);
  await report(40, 4);
  await probe(2);
  expect(await incident()).toMatchObject({ state: 'firing', severity: 'warning', params: { meaning: 'claim' } });
  expect(sink.mails).toEqual([]);
});

it('says that it is our fault where we see one', async () => {
  const { report, probe, incident, sight } = await watching();
  sight.endpoint = () => failSessions(healthyEndpoint(), { stage: 'connect', reason: 'refused' });
  await probe(1);
  await report(8, 1);
  await probe(2);
  expect(await incident()).toMatchObject({ state: 'firing', severity: 'error', params: { meaning: 'own-fault' } });
});

it('holds what it knows while nothing is reported of the server', async () => {
  const { report, probe, incident } = await watching();
  await report(8, 8);
  await probe(2);
  await test.database.latchFailure.deleteMany();
  await probe(3);
  expect(await incident()).toMatchObject({ state: 'firing' });
});
