import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { z } from 'zod';
import { findFinding, judgeDomain, judgeEndpoint, judgeMessage, judgeScan, judgeZone } from '#lib/checks/registry.ts';
import { openDatabase, type Database } from '#prisma/client.ts';
import { addDomain } from '#prisma/commands/domains.ts';
import { addEndpoint } from '#prisma/commands/endpoints.ts';
import type { TaskKind } from '#prisma/commands/tasks.ts';
import { migrate } from '#prisma/migrate.ts';
import { startEmbeddedPostgres } from '#workers/database/embedded-postgres.ts';
import { createSelfWatch } from '#workers/self-watch.ts';
import { createRun } from '#workers/run.ts';
import { createStore, type Store } from '#workers/store/store.ts';
import { dayMs, testNow } from '#tests/support/certificates.ts';
import { createSettableClock } from '#tests/support/settable-clock.ts';
import { domainAt, lookAt, scanAt, targetOf, zoneAt } from './storage-world.ts';
import { describeMachine } from './measure.ts';

/*
 * How the database grows while nothing changes: a real Postgres with the settings of the product, the engine with its
 * checks and its store, and a clock that jumps by five minutes. Only what the probes see is made up.
 */

const stepMs = 5 * 60 * 1000;
const endpointsPerDomain = 4;
const parallel = 8;
const hourMs = 60 * 60 * 1000;
const mib = 1024 ** 2;

interface World {
  readonly database: Database;
  readonly postgresPid: number;
  readonly store: Store;
  readonly clock: ReturnType<typeof createSettableClock>;
  readonly run: ReturnType<typeof createRun>;
}

/** Size in bytes of everything of one table, with its indexes and its TOAST table. */
const sizeRow = z.object({ name: z.string(), heap: z.number(), toast: z.number(), indexes: z.number() });
type Size = z.infer<typeof sizeRow>;

async function readSizes(database: Database): Promise<readonly Size[]> {
  const rows = await database.$queryRaw`
    SELECT relname AS name, pg_relation_size(oid)::float8 AS heap,
      (CASE WHEN reltoastrelid = 0 THEN 0 ELSE pg_total_relation_size(reltoastrelid) END)::float8 AS toast,
      pg_indexes_size(oid)::float8 AS indexes
    FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY relname`;
  return z.array(sizeRow).parse(rows);
}

async function readDatabaseSize(database: Database): Promise<number> {
  const rows = await database.$queryRaw`SELECT pg_database_size(current_database())::float8 AS bytes`;
  return z.tuple([z.object({ bytes: z.number() })]).parse(rows)[0].bytes;
}

/** Bytes of write-ahead log since the server was made. */
async function readWal(database: Database): Promise<number> {
  const rows = await database.$queryRaw`SELECT (pg_current_wal_insert_lsn() - '0/0'::pg_lsn)::float8 AS bytes`;
  return z.tuple([z.object({ bytes: z.number() })]).parse(rows)[0].bytes;
}

/** Seconds of CPU of a server and all its sessions, those that have ended included. */
function serverCpuSeconds(pid: number): number {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .reduce((sum, name) => {
      try {
        const fields = readFileSync(`/proc/${name}/stat`, 'utf8')
          .replace(/^.*\) /, '')
          .split(' ');
        const ours = name === String(pid);
        if (!ours && fields[1] !== String(pid)) return sum;
        // utime, stime, and for the parent those of children that it waited for.
        const ticks = [11, 12, ...(ours ? [13, 14] : [])].map((index) => Number(fields[index] ?? 0));
        return sum + ticks.reduce((a, b) => a + b, 0) / 100;
      } catch {
        return sum;
      }
    }, 0);
}

async function buildWorld(folder: string, endpoints: number) {
  const server = await startEmbeddedPostgres({
    dataFolder: folder,
    // The clock runs some hundred times as fast as the server's own: what it does every minute it must do more often.
    parameters: { autovacuum_naptime: '1s' },
  });
  const migrated = await migrate(server.url);
  if (!migrated.ok) throw new Error(migrated.reason);
  const database = openDatabase(server.url);
  const clock = createSettableClock(testNow);
  const store = createStore(database);
  const complaints: string[] = [];
  const complain = (message: string, fields?: unknown) => void complaints.push(`${message} ${JSON.stringify(fields)}`);
  const log = { info: () => undefined, warn: complain, error: complain };
  const limit = store.connectionLimit({ random: Math.random, log });
  const portsOf = new Map<string, readonly number[]>();
  const askCanaries = () => Promise.resolve({ resolver: null, network: null, resolverSaid: null, networkSaid: null });
  const selfWatch = createSelfWatch({ vantage: 'local', askCanaries, clock });
  const run = createRun({
    ...{ store, selfWatch, judgeEndpoint, judgeMessage, judgeScan, judgeDomain, judgeZone, findFinding, clock, log },
    probe: async ({ target }) => {
      const seen = lookAt(target, clock.now());
      // A probe takes a place at every address before it connects.
      for (const { address } of seen.sessions)
        await limit(address, performance.now() + 20_000, () => Promise.resolve(null));
      return seen;
    },
    scan: ({ target }) => Promise.resolve(scanAt(target, clock.now())),
    discover: (domain) => Promise.resolve(domainAt(domain, { ports: portsOf.get(domain) ?? [], now: clock.now() })),
    observeZone: ({ zone }) => Promise.resolve(zoneAt(zone, clock.now())),
    mailboxOf: () => undefined,
    answerPreflight: () => Promise.resolve({ error: 'not asked for in a benchmark' }),
    exploreDomain: () => Promise.reject(new Error('not asked for in a benchmark')),
    exchangeMessage: () => Promise.reject(new Error('no mailbox is given')),
    deliver: (claim) => store.inClaim(claim, (work) => work.complete({ nextInMs: null })),
    proveRoutes: (claim) => store.inClaim(claim, (work) => work.complete({ nextInMs: null })),
    checkSelf: (claim) => store.inClaim(claim, (work) => work.complete({ nextInMs: null })),
    random: Math.random,
    intervalMs: stepMs,
    retentionDays: 400,
  });
  const now = new Date(clock.now());
  for (let first = 0; first < endpoints; first += endpointsPerDomain) {
    const domain = `d${String(first)}.example`;
    const targets = Array.from({ length: Math.min(endpointsPerDomain, endpoints - first) }, (_, index) =>
      targetOf(first + index),
    );
    portsOf.set(
      domain,
      targets.map(({ port }) => port),
    );
    await database.$transaction(async (tx) => {
      const { domainId } = await addDomain(tx, { name: domain, actor: 'bench', now });
      for (const target of targets) await addEndpoint(tx, { domainId, target, now });
    });
  }
  return { world: { database, postgresPid: server.pid, store, clock, run }, server, complaints };
}

/** Makes all work of a kind due and runs each piece once. Gives how many. */
async function runAll({ database, store, run }: World, kind: TaskKind): Promise<number> {
  await database.$executeRaw`UPDATE task SET due_at = now() WHERE kind = ${kind}`;
  const rows = await database.$queryRaw`SELECT count(*)::int AS count FROM task WHERE kind = ${kind}`;
  let left = z.tuple([z.object({ count: z.number() })]).parse(rows)[0].count;
  const total = left;
  const lane = async () => {
    while (left > 0) {
      const claims = await store.claim({
        workerId: 'bench',
        limit: Math.min(4, left),
        kinds: [kind],
        vantage: 'local',
      });
      if (claims.length === 0) return;
      left -= claims.length;
      for (const claim of claims) await run(claim);
    }
  };
  await Promise.all(Array.from({ length: parallel }, lane));
  return total;
}

interface Cost {
  runs: number;
  wal: number;
  seconds: number;
  ownCpu: number;
  serverCpu: number;
}

async function measured(world: World, cost: Cost, kind: TaskKind): Promise<void> {
  const [wal, cpu, server] = [await readWal(world.database), process.cpuUsage(), serverCpuSeconds(world.postgresPid)];
  const startedAt = performance.now();
  cost.runs += await runAll(world, kind);
  cost.seconds += (performance.now() - startedAt) / 1000;
  const used = process.cpuUsage(cpu);
  cost.ownCpu += (used.user + used.system) / 1e6;
  cost.serverCpu += serverCpuSeconds(world.postgresPid) - server;
  cost.wal += (await readWal(world.database)) - wal;
}

function mebibytes(bytes: number): string {
  return (bytes / mib).toFixed(1).padStart(8);
}

async function benchIdle(print: (line: string) => void, share: { readonly endpoints: number; readonly days: number }) {
  const { endpoints, days } = share;
  const folder = mkdtempSync(join(tmpdir(), 'latchwatch-bench-'));
  const { world, server, complaints } = await buildWorld(folder, endpoints);
  const { database, clock } = world;
  try {
    const costs = {
      probe: { runs: 0, wal: 0, seconds: 0, ownCpu: 0, serverCpu: 0 },
      zone: { runs: 0, wal: 0, seconds: 0, ownCpu: 0, serverCpu: 0 },
      discover: { runs: 0, wal: 0, seconds: 0, ownCpu: 0, serverCpu: 0 },
      scan: { runs: 0, wal: 0, seconds: 0, ownCpu: 0, serverCpu: 0 },
    };
    print('');
    print(`${String(endpoints)} endpoints of 2 addresses, ${String(endpoints / endpointsPerDomain)} domains and zones`);
    let started: { readonly total: number; readonly sizes: readonly Size[] } | null = null;
    const daily: number[] = [];
    const steps = Math.round((days * dayMs) / stepMs);
    for (let step = 0; step < steps; step += 1) {
      const elapsedMs = step * stepMs;
      if (elapsedMs % hourMs === 0) await measured(world, costs.discover, 'discover');
      await measured(world, costs.probe, 'probe');
      await measured(world, costs.zone, 'zone');
      if (elapsedMs % dayMs === stepMs) await measured(world, costs.scan, 'scan');
      // The first hour brings every first sight: incidents open, mails go out.
      if (elapsedMs === hourMs) {
        started = { total: await readDatabaseSize(database), sizes: await readSizes(database) };
        print(`after the first hour      ${mebibytes(started.total)} MiB in all`);
      }
      if ((elapsedMs + stepMs) % dayMs === 0) {
        daily.push(await readDatabaseSize(database));
        print(`after day ${String(daily.length).padStart(2)}              ${mebibytes(daily.at(-1) ?? 0)} MiB in all`);
      }
      clock.advance(stepMs);
    }
    if (started === null) throw new Error('less than an hour');
    const [ended, endSizes] = [await readDatabaseSize(database), await readSizes(database)];
    print('MiB at the end of it         heap    TOAST  indexes    grown since the first hour');
    const totalOf = ({ heap, toast, indexes }: Size) => heap + toast + indexes;
    for (const size of endSizes.toSorted((a, b) => totalOf(b) - totalOf(a)).slice(0, 9)) {
      const before = started.sizes.find(({ name }) => name === size.name);
      const grown = totalOf(size) - (before === undefined ? 0 : totalOf(before));
      const columns = [size.heap, size.toast, size.indexes, grown].map(mebibytes).join(' ');
      print(`  ${size.name.padEnd(22)} ${columns}`);
    }
    print(`measured growth in ${String(days)} d: ${mebibytes(ended - started.total).trim()} MiB since the first hour`);
    const lastDay = (daily.at(-1) ?? 0) - (daily.at(-2) ?? started.total);
    if (days > 1) print(`of that in the last day: ${mebibytes(lastDay).trim()} MiB`);
    for (const [kind, cost] of Object.entries(costs)) {
      const each = (total: number) => ((total / cost.runs) * 1000).toFixed(2);
      print(
        `${kind.padEnd(9)} ${String(cost.runs).padStart(8)} runs: ${(cost.wal / cost.runs / 1024).toFixed(2)} KiB WAL, ` +
          `${each(cost.seconds)} ms, CPU ${each(cost.ownCpu)} ms ours and ${each(cost.serverCpu)} ms of Postgres a run`,
      );
    }
    for (const complaint of complaints.slice(0, 3)) print(`the engine complained: ${complaint}`);
  } finally {
    await database.$disconnect();
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Runs the benchmark and prints its figures. Each argument is a share, e.g. `100x7`: endpoints and days. */
export async function benchStorage(print: (line: string) => void, shares: readonly string[]): Promise<void> {
  const wanted = shares.length === 0 ? ['100x7', '1000x1'] : shares;
  for (const line of describeMachine({ command: `npm run bench -- storage ${wanted.join(' ')}`, seed: 'none' }))
    print(line);
  print('steps of 5 min; autovacuum looks every second instead of every minute, since the clock runs faster');
  for (const share of wanted) {
    const [endpoints, days] = share.split('x').map(Number);
    if (endpoints === undefined || days === undefined || !(endpoints > 0) || !(days > 0))
      throw new Error(`${share} is not ENDPOINTSxDAYS`);
    await benchIdle(print, { endpoints, days });
  }
}
