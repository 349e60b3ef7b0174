import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import type { CensusCube } from '#lib/model/census.ts';
import type { PlannedChange } from '#lib/planner/change.ts';
import { affectedClasses, planChange, type PlanQuestion } from '#lib/planner/plan.ts';
import { openDatabase, type Database } from '#prisma/client.ts';
import { countAccounts, pageOfAccounts } from '#prisma/commands/affected-accounts.ts';
import { migrate } from '#prisma/migrate.ts';
import { startEmbeddedPostgres } from '#workers/database/embedded-postgres.ts';
import { closeDatabase } from '#app/_queries/database.ts';
import { readCensusCube } from '#app/_queries/census-cube.ts';
import { fillCensus, worldHost, worldServers } from './census-world.ts';
import { describeFigure, describeMachine } from './measure.ts';

/*
 * What the planner costs on a census of any size: a real Postgres with the settings of the product, filled with a made
 * census, and the product's own code on it.
 */

const seed = 'planner';
const runs = 5;
/** Questions of one run. */
const plansARun = 40;
const countsARun = 3;
const pagesARun = 20;
const pageSize = 100;

const hosts = Array.from({ length: worldServers }, (_, server) => worldHost(server));
const scenarios: readonly { readonly name: string; readonly change: PlannedChange }[] = [
  { name: 'TLS 1.0 and 1.1 off, all hosts', change: { op: 'disable_tls', hosts, ports: [], versions: ['1.0', '1.1'] } },
  { name: 'TLSA dropped, one host', change: { op: 'drop_tlsa', hosts: hosts.slice(0, 1), ports: [] } },
  { name: 'zone unsigned, all hosts', change: { op: 'unsign_zone', zone: 'example.org' } },
  { name: 'STARTTLS dropped, all hosts', change: { op: 'drop_starttls', hosts, ports: [] } },
];

/** Runs the benchmark and prints its figures. `--rows N`: clients in the census. */
export async function benchPlanner(print: (line: string) => void, rest: readonly string[]): Promise<void> {
  const rows = readRows(rest);
  const folder = mkdtempSync(join(tmpdir(), 'latchwatch-bench-'));
  const server = await startEmbeddedPostgres({ dataFolder: folder });
  const database = openDatabase(server.url);
  try {
    const migrated = await migrate(server.url);
    if (!migrated.ok) throw new Error(migrated.reason);
    const began = performance.now();
    await fillCensus(server.url, { rows, seed, lastSeen: 'decaying' });
    for (const line of describeMachine({ command: `npm run bench -- planner --rows ${String(rows)}`, seed }))
      print(line);
    print(
      `${rows.toLocaleString('en')} clients in the census, made in ${((performance.now() - began) / 1000).toFixed(0)} s`,
    );
    await measure(print, { database, cube: await readCube(print, server.url) });
  } finally {
    await closeDatabase();
    await database.$disconnect();
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

function readRows(rest: readonly string[]): number {
  const at = rest.indexOf('--rows');
  const rows = at < 0 ? 3_000_000 : Number(rest[at + 1]);
  if (!Number.isInteger(rows) || rows < 1) throw new Error('Say how many: --rows 3000000');
  return rows;
}

/** The console keeps the cube for a minute; this is what the first to ask waits for. */
async function readCube(print: (line: string) => void, url: string): Promise<CensusCube> {
  process.env['DATABASE_URL'] = url;
  process.env['LATCHWATCH_SECRET'] = 'a secret of at least thirty-two characters';
  const times: number[] = [];
  let cube = await readCensusCube(new Date(), { fresh: true });
  for (let run = 0; run < runs; run += 1) {
    const start = performance.now();
    cube = await readCensusCube(new Date(), { fresh: true });
    times.push(performance.now() - start);
  }
  print(`${String(cube.classes.size)} classes, ${cube.counts.length.toLocaleString('en')} counts in the cube`);
  print(describeFigure({ name: 'cube read anew', unit: 'ms', values: times }));
  return cube;
}

async function measure(
  print: (line: string) => void,
  { database, cube }: { readonly database: Database; readonly cube: CensusCube },
): Promise<void> {
  for (const { name, change } of scenarios) {
    const question: PlanQuestion = {
      ...{ change, cube, ledger: [], now: Date.now() },
      evidence: { endpoints: [], dsTtlSeconds: null, authorities: [] },
    };
    const { totals } = planChange(question);
    const classes = affectedClasses(question);
    const affected = totals.breaks + totals['at-risk'];
    print(`${name}: ${affected.toLocaleString('en')} clients in ${String(classes.length)} classes`);
    const answers: number[] = [];
    const counts: number[] = [];
    const pages: number[] = [];
    let accounts = await countAccounts(database, classes);
    for (let run = 0; run < runs; run += 1) {
      answers.push(await p95(plansARun, () => planChange(question)));
      counts.push(
        await p95(countsARun, async () => {
          accounts = await countAccounts(database, classes);
        }),
      );
      let after: string | null = null;
      pages.push(
        await p95(pagesARun, async () => {
          after = (await pageOfAccounts(database, classes, { cube, after, limit: pageSize })).next;
        }),
      );
    }
    const figures = [
      { name: '  answer from the cube, p95', values: answers },
      { name: `  ${accounts.toLocaleString('en')} accounts counted, longest of ${String(countsARun)}`, values: counts },
      { name: `  a page of ${String(pageSize)} accounts, p95`, values: pages },
    ];
    for (const figure of figures) print(describeFigure({ ...figure, unit: 'ms' }));
  }
}

async function p95(times: number, deed: () => unknown): Promise<number> {
  const took: number[] = [];
  for (let time = 0; time < times; time += 1) {
    const start = performance.now();
    await deed();
    took.push(performance.now() - start);
  }
  return took.toSorted((a, b) => a - b)[Math.ceil(times * 0.95) - 1] ?? 0;
}
