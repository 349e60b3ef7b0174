import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import pg from 'pg';
import { z } from 'zod';
import { endProcess, eventually, isAlive } from '#tests/support/process-state.ts';
import { ownDataFolder } from '#workers/database/data-folder.ts';
import { startEmbeddedPostgres } from '#workers/database/embedded-postgres.ts';
import { acquireOwnerLock } from '#workers/database/owner-lock.ts';
import { serverProcesses } from '#workers/database/postmaster.ts';

async function query(url: string, sql: string): Promise<readonly Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

interface Owner {
  readonly child: ChildProcess;
  readonly url: string;
  readonly pid: number;
}

/** Another process that owns the folder and runs its database. */
async function spawnOwner(folder: string): Promise<Owner> {
  const child = spawn(
    process.execPath,
    ['--import', import.meta.resolve('tsx'), join(import.meta.dirname, 'fixture-owner.ts'), folder],
    { stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, NODE_OPTIONS: '' } },
  );
  const lines = createInterface({ input: child.stdout });
  const line = await new Promise<string>((resolve, reject) => {
    lines.once('line', resolve);
    child.once('exit', (status) => reject(new Error(`the owner ended with ${status ?? 'a signal'}`)));
  });
  return { child, ...z.object({ url: z.string(), pid: z.number() }).parse(JSON.parse(line)) };
}

async function killHard(child: ChildProcess): Promise<void> {
  child.kill('SIGKILL');
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
}

describe('the built-in Postgres', () => {
  let folder: string;
  const cluster = () => join(folder, 'postgres');
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'latchwatch-postgres-'));
    const server = await startEmbeddedPostgres({ dataFolder: folder });
    await query(server.url, 'CREATE TABLE kept (n int)');
    await server.stop();
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  afterEach(() => {
    // Nothing of a test may live on.
    for (const pid of serverProcesses(cluster())) endProcess(pid);
  });

  it('starts, keeps what was written, and leaves no process when stopped', async () => {
    const server = await startEmbeddedPostgres({ dataFolder: folder });
    expect(server.adopted).toBe(false);
    expect(new URL(server.url).hostname).toBe('127.0.0.1');
    await query(server.url, 'INSERT INTO kept VALUES (1)');
    await server.stop();
    await server.ended;
    expect(serverProcesses(cluster())).toEqual([]);
    const again = await startEmbeddedPostgres({ dataFolder: folder });
    expect(await query(again.url, 'SELECT n FROM kept WHERE n = 1')).toEqual([{ n: 1 }]);
    await again.stop();
  });

  it('keeps its password from other accounts and lets nobody in without it', async () => {
    const server = await startEmbeddedPostgres({ dataFolder: folder });
    expect(statSync(join(folder, 'postgres-password')).mode & 0o777).toBe(0o600);
    const url = new URL(server.url);
    url.password = 'wrong';
    await expect(query(url.href, 'SELECT 1')).rejects.toThrow('password authentication failed');
    await server.stop();
  });

  it('stops with sessions open', async () => {
    const server = await startEmbeddedPostgres({ dataFolder: folder });
    const client = new pg.Client({ connectionString: server.url });
    client.on('error', () => undefined);
    await client.connect();
    const sleeping = client.query('SELECT pg_sleep(600)').catch(() => 'ended');
    await server.stop();
    await expect(sleeping).resolves.toBe('ended');
    expect(serverProcesses(cluster())).toEqual([]);
  });

  it('is adopted after its owner was killed', async () => {
    const owner = await spawnOwner(folder);
    await query(owner.url, 'INSERT INTO kept VALUES (2)');
    await killHard(owner.child);
    expect(isAlive(owner.pid)).toBe(true);
    const server = await startEmbeddedPostgres({ dataFolder: folder });
    expect(server).toMatchObject({ adopted: true, pid: owner.pid, url: owner.url });
    expect(await query(server.url, 'SELECT n FROM kept WHERE n = 2')).toEqual([{ n: 2 }]);
    await server.stop();
    await server.ended;
    expect(serverProcesses(cluster())).toEqual([]);
  });

  it('keeps a committed row when owner and server are killed and started again at once', async () => {
    const owner = await spawnOwner(folder);
    await query(owner.url, 'INSERT INTO kept VALUES (3)');
    process.kill(owner.pid, 'SIGKILL');
    await killHard(owner.child);
    const server = await startEmbeddedPostgres({ dataFolder: folder });
    expect(server.adopted).toBe(false);
    expect(await query(server.url, 'SELECT n FROM kept WHERE n = 3')).toEqual([{ n: 3 }]);
    await server.stop();
  });

  it('does not take a zombie for a running server', async () => {
    // This process is the parent and has not yet been told when the next start looks.
    const server = await startEmbeddedPostgres({ dataFolder: folder });
    process.kill(server.pid, 'SIGKILL');
    const again = await startEmbeddedPostgres({ dataFolder: folder });
    expect(again.pid).not.toBe(server.pid);
    expect(await query(again.url, 'SELECT 1 AS n')).toEqual([{ n: 1 }]);
    await again.stop();
  });

  it('does not take another program with a recycled pid for a running server', async () => {
    const server = await startEmbeddedPostgres({ dataFolder: folder });
    const pidFile = readFileSync(join(cluster(), 'postmaster.pid'), 'utf8');
    await server.stop();
    writeFileSync(join(cluster(), 'postmaster.pid'), pidFile.replace(/^\d+/, String(process.pid)));
    const again = await startEmbeddedPostgres({ dataFolder: folder });
    expect(again).toMatchObject({ adopted: false });
    await again.stop();
  });

  it('says when it ends by itself, and comes back at the same port', async () => {
    const server = await startEmbeddedPostgres({ dataFolder: folder });
    process.kill(server.pid, 'SIGKILL');
    await server.ended;
    const again = await startEmbeddedPostgres({ dataFolder: folder, port: server.port, onlyThisPort: true });
    expect(again.port).toBe(server.port);
    await again.stop();
  });

  it('refuses files of another major version and leaves them as they are', async () => {
    const version = readFileSync(join(cluster(), 'PG_VERSION'), 'utf8');
    writeFileSync(join(cluster(), 'PG_VERSION'), '9\n');
    try {
      await expect(startEmbeddedPostgres({ dataFolder: folder })).rejects.toThrow(
        /was made by Postgres 9, .* brings Postgres \d+/,
      );
    } finally {
      writeFileSync(join(cluster(), 'PG_VERSION'), version);
    }
    expect(serverProcesses(cluster())).toEqual([]);
  });

  it('refuses a folder that is no database and leaves it as it is', async () => {
    const other = mkdtempSync(join(tmpdir(), 'latchwatch-other-'));
    mkdirSync(join(other, 'postgres'));
    writeFileSync(join(other, 'postgres', 'notes'), 'mine');
    await expect(startEmbeddedPostgres({ dataFolder: other })).rejects.toThrow(/^There is no Postgres database in /);
    expect(readdirSync(join(other, 'postgres'))).toEqual(['notes']);
    expect(statSync(join(other, 'postgres')).uid).toBe(process.getuid?.());
    rmSync(other, { recursive: true });
  });

  it('says with what the server said why it does not start', async () => {
    const parameters = { shared_buffers: 'nonsense' };
    await expect(startEmbeddedPostgres({ dataFolder: folder, parameters })).rejects.toThrow(
      /did not start: .*shared_buffers/,
    );
  });

  it('works in a folder that only this account may enter', async () => {
    const closed = mkdtempSync(join(tmpdir(), 'latchwatch-closed-'));
    chmodSync(closed, 0o700);
    const server = await startEmbeddedPostgres({ dataFolder: join(closed, 'data') });
    expect(await query(server.url, 'SELECT 1 AS n')).toEqual([{ n: 1 }]);
    await server.stop();
    rmSync(closed, { recursive: true });
  });

  it('makes its files anew after a start that was killed half way', async () => {
    const other = mkdtempSync(join(tmpdir(), 'latchwatch-half-'));
    spawnSync('mkdir', ['-p', join(other, 'postgres.new', 'base')]);
    const server = await startEmbeddedPostgres({ dataFolder: other });
    expect(existsSync(join(other, 'postgres.new'))).toBe(false);
    await server.stop();
    rmSync(other, { recursive: true });
  });
});

describe('the owner lock of a data folder', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'latchwatch-lock-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('is had by one, whatever path leads to the folder, until it is given back', async () => {
    const lock = await ownDataFolder(folder);
    spawnSync('ln', ['-s', folder, `${folder}-link`]);
    await expect(ownDataFolder(`${folder}-link`)).rejects.toThrow('Latchwatch already runs on the data folder');
    await lock.release();
    const again = await acquireOwnerLock(folder);
    expect(again).not.toBeNull();
    await again?.release();
    rmSync(`${folder}-link`);
  });

  it('ends with its process, although the server that it started lives on', async () => {
    const owner = await spawnOwner(folder);
    expect(await acquireOwnerLock(folder)).toBeNull();
    await killHard(owner.child);
    expect(isAlive(owner.pid)).toBe(true);
    const lock = await acquireOwnerLock(folder);
    expect(lock).not.toBeNull();
    await lock?.release();
    process.kill(owner.pid, 'SIGQUIT');
    await eventually(() => !isAlive(owner.pid));
  });
});
