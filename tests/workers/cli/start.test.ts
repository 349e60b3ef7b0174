import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { z } from 'zod';
import { cleanEnvironment, freePort } from '#tests/support/product.ts';
import { endProcess, eventually, isAlive } from '#tests/support/process-state.ts';
import { serverProcesses } from '#workers/database/postmaster.ts';

const health = z.object({ pid: z.number(), database: z.string() });

interface Started {
  readonly child: ChildProcess;
  readonly output: () => string;
  readonly ended: Promise<number | null>;
}

const folder = mkdtempSync(join(tmpdir(), 'latchwatch-start-'));
const cluster = join(folder, 'postgres');
const begun: ChildProcess[] = [];

function start(settings: Readonly<Record<string, string>>): Started {
  const child = spawn(
    process.execPath,
    ['--import', import.meta.resolve('tsx'), join(import.meta.dirname, 'fixture-start.ts')],
    {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...cleanEnvironment({ LATCHWATCH_DATA: folder, ...settings }), NODE_OPTIONS: '' },
    },
  );
  begun.push(child);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  }
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  return { child, output: () => output, ended };
}

async function startReady(
  port: number,
): Promise<Started & { readonly web: z.infer<typeof health>; readonly workerPid: number }> {
  const started = start({ PORT: String(port) });
  const isOver = () => started.child.exitCode !== null || started.child.signalCode !== null;
  // What the worker prints comes another way than what the start prints.
  await eventually(
    () => isOver() || (started.output().includes('Latchwatch is ready') && workerPids(started).length > 0),
  );
  const workerPid = workerPids(started).at(-1);
  if (isOver() || workerPid === undefined) throw new Error(started.output());
  const web = health.parse(await (await fetch(`http://127.0.0.1:${port}/healthz`)).json());
  return { ...started, web, workerPid };
}

function workerPids({ output }: Pick<Started, 'output'>): readonly number[] {
  return Array.from(output().matchAll(/^worker (\d+)$/gm), (match) => Number(match[1]));
}

async function runSql(url: string, sql: string): Promise<readonly Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

function postmasterPid(): number {
  return Number.parseInt(readFileSync(join(cluster, 'postmaster.pid'), 'utf8'), 10);
}

describe('start', () => {
  afterEach(async () => {
    for (const child of begun.splice(0)) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
    for (const pid of serverProcesses(cluster)) endProcess(pid);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('prints the setup link and the address, and stops everything on SIGTERM', async () => {
    const port = await freePort();
    const started = await startReady(port);
    expect(started.output()).toContain(`Latchwatch is ready: http://localhost:${port}\n`);
    expect(started.output()).toMatch(new RegExp(`http://localhost:${port}/setup/[\\w-]{43}\\n`));
    const pids = [started.web.pid, started.workerPid, postmasterPid()];
    expect(pids.map(isAlive)).toEqual([true, true, true]);
    started.child.kill('SIGTERM');
    expect(await started.ended).toBe(0);
    expect(pids.map(isAlive)).toEqual([false, false, false]);
    expect(serverProcesses(cluster)).toEqual([]);
  });

  it('ends the children when it is killed, and a new start finds every committed row', async () => {
    const started = await startReady(await freePort());
    await runSql(started.web.database, 'CREATE TABLE kept AS SELECT 42 AS n');
    process.kill(postmasterPid(), 'SIGKILL');
    started.child.kill('SIGKILL');
    await started.ended;
    await eventually(() => !isAlive(started.web.pid) && !isAlive(started.workerPid));
    const again = await startReady(await freePort());
    expect(await runSql(again.web.database, 'SELECT n FROM kept')).toEqual([{ n: 42 }]);
    again.child.kill('SIGTERM');
    expect(await again.ended).toBe(0);
  });

  it('is refused on a data folder in use, and leaves the first one alone', async () => {
    const first = await startReady(await freePort());
    const second = start({ PORT: String(await freePort()) });
    expect(await second.ended).toBe(2);
    expect(second.output()).toMatch(/^Latchwatch already runs on the data folder .*\n$/);
    expect(await runSql(first.web.database, 'SELECT 1 AS n')).toEqual([{ n: 1 }]);
    first.child.kill('SIGTERM');
    expect(await first.ended).toBe(0);
  });

  it('starts a database or a child again that dies', async () => {
    const started = await startReady(await freePort());
    process.kill(started.workerPid, 'SIGKILL');
    await eventually(() => workerPids(started).length === 2);
    expect(started.output()).toContain('The worker process ended unexpectedly (SIGKILL); it is started again in 1 s.');
    process.kill(postmasterPid(), 'SIGKILL');
    await eventually(async () => {
      const rows = await runSql(started.web.database, 'SELECT 1 AS n').catch(() => []);
      return rows.length === 1;
    });
    expect(started.output()).toContain('The database ended unexpectedly; it is started again.');
    started.child.kill('SIGTERM');
    expect(await started.ended).toBe(0);
    expect(serverProcesses(cluster)).toEqual([]);
  });

  it('gives up with a sentence when a child never starts', async () => {
    const started = start({ PORT: String(await freePort()), STAND_IN_FAILS: 'yes' });
    expect(await started.ended).toBe(2);
    expect(started.output()).toContain('The worker process does not start (exit status 7)');
    expect(serverProcesses(cluster)).toEqual([]);
  });

  it('says that the port is taken', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
    const started = start({ PORT: String(port) });
    expect(await started.ended).toBe(2);
    expect(started.output()).toBe(
      `Another program listens on port ${port} of 127.0.0.1 already: stop it, or set PORT to another one.\n`,
    );
    server.close();
  });

  it('tells all mistakes in the settings', async () => {
    const started = start({ PORT: '0', LATCHWATCH_CA_FILE: '/none', LATCHWATCH_INTERVALL: '5m' });
    expect(await started.ended).toBe(2);
    expect(started.output().split('\n')).toEqual([
      '3 settings are wrong:',
      '  PORT must be a port number from 1 to 65535.',
      '  LATCHWATCH_INTERVALL is not a setting of Latchwatch: did you mean LATCHWATCH_INTERVAL?',
      '  LATCHWATCH_CA_FILE names /none, which is not a file that can be read.',
      '',
    ]);
  });

  it('looks into the file of certificates before it starts anything', async () => {
    const started = start({ PORT: String(await freePort()), LATCHWATCH_CA_FILE: 'package.json' });
    expect(await started.ended).toBe(2);
    expect(started.output()).toMatch(
      /^LATCHWATCH_CA_FILE names .*package\.json, which holds no certificate in PEM form\.\n$/,
    );
  });
});
