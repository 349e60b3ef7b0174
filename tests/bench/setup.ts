import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { endpointKey } from '#lib/model/endpoint.ts';
import { isOffered } from '#lib/setup/setup-result.ts';
import type { Database } from '#prisma/client.ts';
import { findSetupRun, monitorSetup, requestSetup, type SetupRun } from '#prisma/commands/setup-runs.ts';
import { labDomains } from '#tests/lab/domains.ts';
import { startLab, stopLab } from '#tests/lab/lab.ts';
import { cleanEnvironment } from '#tests/support/product.ts';
import { startBenchDatabase } from './bench-database.ts';
import { describeFigure, describeMachine } from './measure.ts';

/*
 * From a domain that somebody typed to its watched endpoints: real name and mail servers of the lab, a real worker, a real
 * Postgres. A person's reading and the pages themselves are left out: `pages` measures those.
 */

const actor = 'bench';
const pollMs = 100;
const goalSeconds = 15;

async function ask<T>(question: () => Promise<T | null>): Promise<T> {
  for (;;) {
    const answer = await question();
    if (answer !== null) return answer;
    await pause(pollMs);
  }
}

interface Timing {
  readonly verdict: number;
  readonly monitored: number;
  readonly probed: number;
  readonly endpoints: number;
  readonly steps: number;
}

async function setUp(database: Database, domain: string): Promise<Timing> {
  const from = performance.now();
  const seconds = () => (performance.now() - from) / 1000;
  const asked = await database.$transaction((tx) => requestSetup(tx, { domain, actor, now: new Date() }));
  if (!asked.ok) throw new Error(asked.error);
  const { id } = asked.value;
  const run = await ask<SetupRun>(async () => {
    const found = await findSetupRun(database, id);
    return found?.finishedAt == null ? null : found;
  });
  if (run.result === null) throw new Error(run.error ?? 'no result');
  const verdict = seconds();
  const wanted = new Set(run.result.endpoints.filter(isOffered).map(({ target }) => endpointKey(target)));
  const done = await database.$transaction((tx) => monitorSetup(tx, { id, wanted, actor, now: new Date() }), {
    timeout: 20_000,
  });
  if (!done.ok) throw new Error(done.error);
  const monitored = seconds();
  const watched = { domainId: done.value.domainId, removedAt: null, origin: { not: 'guess' } };
  await ask(async () => {
    const left = await database.domainEndpoint.count({ where: { ...watched, endpoint: { lastProbedAt: null } } });
    return left === 0 ? true : null;
  });
  const steps = await database.setupStep.count({ where: { runId: id } });
  return { verdict, monitored, probed: seconds(), endpoints: wanted.size, steps };
}

/** Runs the benchmark: `--domains N`, each of which is set up once. Uses a lab that is up, and leaves it so. */
export async function benchSetup(print: (line: string) => void, rest: readonly string[]): Promise<void> {
  const { values } = parseArgs({ args: [...rest], options: { domains: { type: 'string', default: '20' } } });
  const names = labDomains.slice(0, Math.max(5, Number(values.domains))).map(({ name }) => name);
  const lab = await startLab();
  const { url, database, stop } = await startBenchDatabase();
  const worker = spawn(process.execPath, ['--import', 'tsx', 'workers/main.ts'], {
    env: cleanEnvironment({ ...lab.environment, DATABASE_URL: url, LATCHWATCH_INTERVAL: '1h' }),
    // With a channel, so that it ends when we are gone.
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  const ended = once(worker, 'exit');
  try {
    await ask(async () => ((await database.workerHeartbeat.count()) > 0 ? true : null));
    for (const line of describeMachine({
      command: `npm run bench -- setup ${rest.join(' ')}`.trim(),
      seed: `the first ${String(names.length)} domains of the lab, in order`,
    }))
      print(line);
    const timings: Timing[] = [];
    for (const name of names) timings.push(await setUp(database, name));
    const figures = [
      { name: 'domain asked for to its verdict', unit: 's', values: timings.map(({ verdict }) => verdict) },
      { name: 'domain asked for to monitored', unit: 's', values: timings.map(({ monitored }) => monitored) },
      { name: 'domain asked for to first probes kept', unit: 's', values: timings.map(({ probed }) => probed) },
      { name: 'endpoints of a domain', unit: '', values: timings.map(({ endpoints }) => endpoints) },
      { name: 'steps written of a run', unit: '', values: timings.map(({ steps }) => steps) },
    ];
    for (const figure of figures) print(describeFigure(figure));
    const sorted = timings.map(({ monitored }) => monitored).toSorted((a, b) => a - b);
    const p95 = sorted[Math.ceil(sorted.length * 0.95) - 1] ?? 0;
    print(
      `  95 % monitored within ${p95.toFixed(1)} s (goal: under ${String(goalSeconds)} s); 2 clicks: Enter, Monitor`,
    );
  } finally {
    worker.kill('SIGTERM');
    await ended;
    await stop();
    if (lab.started) await stopLab();
  }
}
