import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import { IngestLoad } from './ingest-load.ts';

/*
 * The sender of `npm run bench -- ingest`, in a process of its own, so that its CPU is not counted as ingest's. Takes its
 * task as JSON in the environment and prints what came of it as JSON.
 */

const task = z
  .object({
    url: z.string(),
    token: z.string(),
    databaseUrl: z.string(),
    seed: z.string(),
    rows: z.number(),
    changes: z.number(),
    changesBefore: z.number(),
    batchSize: z.number(),
    runName: z.string(),
    key: z.string().nullable(),
    /** Reports a second; 0: as many as are taken. */
    rate: z.number(),
    seconds: z.number(),
    atOnce: z.number(),
  })
  .parse(JSON.parse(process.env['BENCH_TASK'] ?? '{}'));

const load = new IngestLoad({ ...task, key: task.key === null ? null : Buffer.from(task.key, 'base64url') });
const startedAt = performance.now();
const elapsed = (): number => (performance.now() - startedAt) / 1000;
let started = 0;
async function sender(): Promise<void> {
  while (elapsed() < task.seconds) {
    const dueAt = task.rate === 0 ? 0 : (started * task.batchSize) / task.rate;
    started += 1;
    if (dueAt > elapsed()) await pause((dueAt - elapsed()) * 1000);
    await load.send();
  }
}
await Promise.all(Array.from({ length: task.atOnce }, sender));
const seconds = elapsed();
load.close();
const { user, system } = process.cpuUsage();
const cpuSeconds = (user + system) / 1e6;
const verdict = await load.verify(task.databaseUrl);
const differingCells = await load.differingCells(task.databaseUrl);
console.log(
  JSON.stringify({
    ...verdict,
    ...{ differingCells, seconds, cpuSeconds, changes: load.changes },
    ...{ acknowledged: load.acknowledged, retries: load.retries, acknowledgedAfterMs: load.acknowledgedAfterMs },
  }),
);
