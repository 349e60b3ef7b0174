import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs, promisify } from 'node:util';
import { z } from 'zod';
import { startIngestWorld, type IngestWorld } from './ingest-world.ts';
import { IngestLoad } from './ingest-load.ts';
import { describeFigure, describeMachine } from './measure.ts';
import { cpuSecondsOf, cpuSecondsOfFamily, memoryOf } from './process-figures.ts';

/*
 * `npm run bench -- ingest`: reports over HTTP into a census of many rows, with an oracle that looks afterwards whether
 * all that was acknowledged is there, once. Ingest, Postgres and sender share the machine; their CPU is told apart.
 */

const seed = 'latchwatch';

const outcome = z.object({
  lost: z.number(),
  countedTwice: z.number(),
  differingCells: z.number(),
  seconds: z.number(),
  cpuSeconds: z.number(),
  changes: z.number(),
  acknowledged: z.number(),
  retries: z.number(),
  acknowledgedAfterMs: z.array(z.number()),
});
type Outcome = z.infer<typeof outcome>;

interface Run {
  readonly name: string;
  readonly rows: number;
  readonly rate: number;
  readonly seconds: number;
  readonly changes: number;
  /** Whether ingest makes the pseudonyms. */
  readonly namesSent: boolean;
}

function postmasterPid({ folder }: IngestWorld): number {
  return Number(readFileSync(join(folder, 'postgres', 'postmaster.pid'), 'utf8').split('\n')[0]);
}

async function send(world: IngestWorld, run: Run, changesBefore: number): Promise<Outcome> {
  const task = {
    ...{ url: world.ingest.url, token: world.token, databaseUrl: world.database.url, seed, rows: run.rows },
    ...{
      changes: run.changes,
      changesBefore,
      batchSize: 1_000,
      runName: run.name,
      rate: run.rate,
      seconds: run.seconds,
      atOnce: 8,
    },
    key: run.namesSent ? world.key.toString('base64url') : null,
  };
  const { stdout } = await promisify(execFile)(process.execPath, ['--import', 'tsx', 'tests/bench/ingest-sender.ts'], {
    env: { ...process.env, BENCH_TASK: JSON.stringify(task) },
    maxBuffer: 64 * 1024 * 1024,
  });
  return outcome.parse(JSON.parse(stdout));
}

function quantile(values: readonly number[], share: number): number {
  return values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))] ?? 0;
}

/** Runs the benchmark. `--rows N --seconds N --rate N --changes N` (percent), `--names`, `--kill-ingest N --kill-postgres N`. */
export async function benchIngest(print: (line: string) => void, rest: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...rest],
    options: {
      rows: { type: 'string', default: '3000000' },
      seconds: { type: 'string', default: '60' },
      rate: { type: 'string', default: '20000' },
      changes: { type: 'string', default: '5' },
      runs: { type: 'string', default: '5' },
      names: { type: 'boolean', default: false },
      'kill-ingest': { type: 'string', default: '0' },
      'kill-postgres': { type: 'string', default: '0' },
    },
  });
  const [rows, seconds, rate, runs] = [values.rows, values.seconds, values.rate, values.runs].map(Number);
  const kills = { ingest: Number(values['kill-ingest']), postgres: Number(values['kill-postgres']) };
  for (const line of describeMachine({ command: `npm run bench -- ingest ${rest.join(' ')}`.trim(), seed }))
    print(line);
  const startedAt = performance.now();
  const world = await startIngestWorld({ rows: rows ?? 0, seed });
  print(`${String(rows)} rows of the census made in ${((performance.now() - startedAt) / 1000).toFixed(0)} s`);
  try {
    if (kills.ingest + kills.postgres > 0) await killUnderLoad(world, { rows: rows ?? 0, kills, print });
    else {
      await measure(world, {
        print,
        runs: runs ?? 1,
        run: {
          ...{ name: 'run', rows: rows ?? 0, rate: rate ?? 0, seconds: seconds ?? 0 },
          ...{ changes: Number(values.changes) / 100, namesSent: values.names },
        },
      });
    }
  } finally {
    await world.stop();
  }
}

async function measure(
  world: IngestWorld,
  { print, runs, run }: { readonly print: (line: string) => void; readonly runs: number; readonly run: Run },
): Promise<void> {
  // Ingest meets its words, and Postgres its pages.
  await send(world, { ...run, name: 'warm', rate: 0, seconds: 5, changes: 0 }, 0);
  const idleMiB = memoryOf(world.ingest.pid()).nowMiB;
  const figures: {
    readonly rate: number;
    readonly outcome: Outcome;
    readonly ingest: number;
    readonly postgres: number;
  }[] = [];
  for (let number = 1; number <= runs; number += 1) {
    const before = { ingest: cpuSecondsOf(world.ingest.pid()), postgres: cpuSecondsOfFamily(postmasterPid(world)) };
    const one = await send(world, { ...run, name: `run${String(number)}` }, figures.at(-1)?.outcome.changes ?? 0);
    const per = (cpu: number): number => (cpu * 1e6) / one.acknowledged;
    figures.push({
      rate: one.acknowledged / one.seconds,
      outcome: one,
      ingest: per(cpuSecondsOf(world.ingest.pid()) - before.ingest),
      postgres: per(cpuSecondsOfFamily(postmasterPid(world)) - before.postgres),
    });
  }
  const show = (name: string, unit: string, pick: (figure: (typeof figures)[number]) => number): void =>
    print(describeFigure({ name, unit, values: figures.map(pick) }));
  show('reports acknowledged', '/s', ({ rate }) => rate);
  show('acknowledged after, median', 'ms', ({ outcome: one }) => quantile(one.acknowledgedAfterMs, 0.5));
  show('acknowledged after, 99 %', 'ms', ({ outcome: one }) => quantile(one.acknowledgedAfterMs, 0.99));
  show('put off and sent again', 'requests', ({ outcome: one }) => one.retries);
  show('CPU of ingest', 'us a report', ({ ingest }) => ingest);
  show('CPU of Postgres', 'us a report', ({ postgres }) => postgres);
  show('CPU of the sender', 'us a report', ({ outcome: one }) => (one.cpuSeconds * 1e6) / one.acknowledged);
  print(
    `memory of ingest ${idleMiB.toFixed(0)} MiB before, ${memoryOf(world.ingest.pid()).peakMiB.toFixed(0)} MiB at its highest`,
  );
  const last = figures.at(-1)?.outcome;
  const sum = (pick: (one: Outcome) => number): number => figures.reduce((total, one) => total + pick(one.outcome), 0);
  const median = figures.map((figure) => figure.rate).toSorted((a, b) => a - b)[Math.floor(figures.length / 2)] ?? 0;
  print(
    // The sums of logins grow over all runs: what was counted twice is looked at for changes and cells only.
    `rate=${median.toFixed(0)}/s lost=${String(sum((one) => one.lost))} cells that differ=${String(last?.differingCells ?? 0)}`,
  );
}

async function killUnderLoad(
  world: IngestWorld,
  {
    rows,
    kills,
    print,
  }: {
    readonly rows: number;
    readonly kills: { readonly ingest: number; readonly postgres: number };
    readonly print: (line: string) => void;
  },
): Promise<void> {
  const load = new IngestLoad({
    ...{ url: world.ingest.url, token: world.token, seed, rows, key: null },
    ...{ changes: 0.05, changesBefore: 0, batchSize: 500, runName: 'kill' },
  });
  let stopping = false;
  const senders = Array.from({ length: 4 }, async () => {
    while (!stopping) await load.send();
  });
  const backMs: number[] = [];
  const waitForReports = async (): Promise<void> => {
    const from = load.acknowledged;
    while (load.acknowledged < from + 20_000) await pause(20);
  };
  for (let number = 0; number < kills.ingest + kills.postgres; number += 1) {
    await waitForReports();
    const killedAt = performance.now();
    const before = load.acknowledged;
    if (number < kills.ingest) await world.ingest.killAndRestart();
    else process.kill(postmasterPid(world), 'SIGKILL');
    while (load.acknowledged === before) await pause(20);
    backMs.push(performance.now() - killedAt);
  }
  await waitForReports();
  stopping = true;
  await Promise.all(senders);
  load.close();
  const { lost, countedTwice } = await load.verify(world.database.url);
  print(`kill -9 of ingest ${String(kills.ingest)} times, of Postgres ${String(kills.postgres)} times, under load`);
  print(describeFigure({ name: 'until reports are acknowledged again', unit: 'ms', values: backMs }));
  print(
    `acknowledged=${String(load.acknowledged)} sent again=${String(load.retries)} lost=${String(lost)} counted twice=${String(countedTwice)} cells that differ=${String(await load.differingCells(world.database.url))}`,
  );
}
