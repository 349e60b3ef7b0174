import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { IngestLoad } from '#tests/bench/ingest-load.ts';
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
