import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { IngestLoad } from '#tests/bench/ingest-load.ts';
import { ingestDetail, ingestSign } from '#lib/model/vital-sign.ts';
import { openDatabase } from '#prisma/client.ts';
import { startIngest } from '#tests/support/ingest-process.ts';
import { freePort } from '#tests/support/product.ts';
import { until } from '#tests/support/until.ts';
import { startIngestWorld, type IngestWorld } from '#tests/bench/ingest-world.ts';

/* Ingest and Postgres die under load, and nothing that was acknowledged is lost or counted twice. */

const seed = 'kill';
const rows = 30_000;
let world: IngestWorld;

beforeAll(async () => {
  world = await startIngestWorld({ rows, seed });
});
afterAll(() => world.stop());

it('says that it lives and how far behind it is, and takes that back when it ends', async () => {
  const database = openDatabase(world.database.url, 1);
  const settings = { databaseUrl: world.database.url, port: await freePort(), key: world.key };
  const other = await startIngest(settings);
  const own = { name: ingestSign, vantage: { endsWith: `:${String(settings.port)}` } };
  const sign = await until(() => database.vitalSign.findFirst({ where: own }));
  expect(ingestDetail.parse(sign.detail)).toMatchObject({ waitedMs: 0, putOff: 0 });
  await other.stop();
  expect(await database.vitalSign.count({ where: own })).toBe(0);
  await database.$disconnect();
});

it('keeps every acknowledged report through kill -9 of ingest and of Postgres', async () => {
  const load = new IngestLoad({
    ...{ url: world.ingest.url, token: world.token, seed, rows, key: null },
    ...{ changes: 0.2, changesBefore: 0, batchSize: 100, runName: 'kill' },
  });
  let stopping = false;
  const senders = Array.from({ length: 4 }, async () => {
    while (!stopping) await load.send();
  });
  const reach = (acknowledged: number): Promise<true> => until(() => (load.acknowledged < acknowledged ? null : true));
  for (let kill = 0; kill < 3; kill += 1) {
    await reach(load.acknowledged + 1_000);
    await world.ingest.killAndRestart();
  }
  for (let kill = 0; kill < 3; kill += 1) {
    await reach(load.acknowledged + 1_000);
    const [pid = ''] = readFileSync(join(world.folder, 'postgres', 'postmaster.pid'), 'utf8').split('\n');
    process.kill(Number(pid), 'SIGKILL');
  }
  await reach(load.acknowledged + 1_000);
  stopping = true;
  await Promise.all(senders);
  load.close();
  expect(load.retries).toBeGreaterThan(0);
  expect(await load.verify(world.database.url)).toEqual({ lost: 0, countedTwice: 0 });
  expect(await load.differingCells(world.database.url)).toBe(0);
});
