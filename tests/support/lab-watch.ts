import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { promisify } from 'node:util';
import { z } from 'zod';
import type { Database } from '#prisma/client.ts';
import { addDomain } from '#prisma/commands/domains.ts';
import type { TaskKind } from '#prisma/commands/tasks.ts';
import { cleanEnvironment } from './product.ts';
import { until } from './until.ts';

/** A finding as it stands in the database. */
export interface StandingFinding {
  readonly code: string;
  readonly verdict: string;
  /** Host of the endpoint; null: the finding is of the domain or its zone. */
  readonly host: string | null;
  readonly port: number | null;
  /** Empty where the finding is of no single address. */
  readonly address: string;
}

export interface LabWatch {
  /** Makes all tasks of these kinds due and waits until the workers have nothing to do. */
  readonly runAll: (kinds: readonly TaskKind[]) => Promise<void>;
  /** What stands now of a domain, its endpoints and its zone. */
  readonly findings: (domain: string) => Promise<readonly StandingFinding[]>;
  readonly stop: () => Promise<void>;
}

const program = 'workers/cli/latchwatch.mjs';

/** Scans pace themselves, a few at a time in each worker: several workers are done sooner. */
const workerCount = 2;

/**
 * Watches the domains with real worker programs on a real database, as in an installation with several workers.
 * Returns when each was looked at once: discovery, probes, deep scans, zone.
 */
export async function watchDomains(
  names: readonly string[],
  options: {
    readonly database: Database;
    readonly databaseUrl: string;
    readonly settings: Readonly<Record<string, string>>;
    /** What the operator declares of some of them. */
    readonly inventoryFile: string;
  },
): Promise<LabWatch> {
  const { database, databaseUrl, settings, inventoryFile } = options;
  const environment = cleanEnvironment({ ...settings, DATABASE_URL: databaseUrl, LATCHWATCH_INTERVAL: '1h' });
  // First, so that the first scans go by what it declares.
  await promisify(execFile)(process.execPath, [program, 'import', inventoryFile], { env: environment });
  const now = new Date();
  for (const name of names) {
    await database.$transaction((transaction) => addDomain(transaction, { name, actor: 'test', now }));
  }
  const workers = Array.from({ length: workerCount }, () => startWorker(environment));
  await untilIdle(database, workers);
  return {
    runAll: async (kinds) => {
      await database.$executeRaw`UPDATE task SET due_at = now() WHERE kind = ANY(${[...kinds]})`;
      await untilIdle(database, workers);
    },
    findings: (domain) => readFindings(database, domain),
    stop: async () => {
      await Promise.all(workers.map(stopWorker));
    },
  };
}

interface RunningWorker {
  readonly child: ChildProcess;
  readonly output: () => string;
}

function startWorker(environment: NodeJS.ProcessEnv): RunningWorker {
  const child = spawn(process.execPath, ['--import', 'tsx', 'workers/main.ts'], {
    env: environment,
    // With a channel, so that they end when we are gone.
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => (output = `${output}${text}`.slice(-10_000)));
  }
  return { child, output: () => output };
}

async function stopWorker({ child }: RunningWorker): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  await ended;
}

const waiting = z.array(z.object({ count: z.coerce.number() })).length(1);

/**
 * Until no task is at work, due, or to be tried or confirmed within the half minute; what the schedule has for later is not
 * waited for.
 */
async function untilIdle(database: Database, workers: readonly RunningWorker[]): Promise<void> {
  await until(async () => {
    for (const { child, output } of workers) {
      if (child.exitCode !== null) throw new Error(`A worker ended:\n${output()}`);
    }
    // A run may fail of load, once or twice; what fails always is a defect.
    const failing = await database.task.findFirst({ where: { attempts: { gte: 4 } } });
    if (failing !== null) {
      const outputs = workers.map(({ output }) => output()).join('\n');
      throw new Error(`Runs of ${failing.kind} fail again and again:\n${outputs}`);
    }
    const rows = await database.$queryRaw`
      SELECT count(*) FROM task
      WHERE kind IN ('discover', 'probe', 'zone', 'scan')
        AND (due_at <= now() + interval '30 seconds' OR attempts > 0 OR lease_until > now())`;
    return waiting.parse(rows)[0]?.count === 0 ? true : null;
  });
}

async function readFindings(database: Database, domain: string): Promise<readonly StandingFinding[]> {
  const rows = await database.finding.findMany({
    where: {
      endedAt: null,
      OR: [
        { domain: { name: domain } },
        { zone: { name: domain } },
        { endpoint: { domains: { some: { domain: { name: domain } } } } },
      ],
    },
    include: { endpoint: true },
  });
  return rows.map(({ code, verdict, endpoint, address }) => ({
    code,
    verdict,
    host: endpoint?.host ?? null,
    port: endpoint?.port ?? null,
    address,
  }));
}
