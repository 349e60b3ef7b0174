import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { totalmem } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { errorText } from '#lib/error-text.ts';
import {
  checkCluster,
  clusterAsWorkingFolder,
  clusterPaths,
  databaseUser,
  ensureCluster,
  readOrMakePassword,
} from './cluster.ts';
import { makeDataFolder } from './data-folder.ts';
import { isServerProcess, readPostmasterFile, serverProcesses } from './postmaster.ts';
import { Refusal } from './refusal.ts';
import { chooseServerAccount, type ServerAccount } from './server-account.ts';
import { findServerProgram, type ServerProgram } from './server-program.ts';

export interface EmbeddedPostgres {
  /** postgresql:// URL with the password: for the processes of this installation, never for a log. */
  readonly url: string;
  readonly pid: number;
  readonly port: number;
  /** True when the server was left running by an earlier process that was killed. */
  readonly adopted: boolean;
  /** Resolves when the server has ended, by `stop` or by itself. */
  readonly ended: Promise<void>;
  /** Ends all sessions and the server; resolves when no process of it is left. */
  readonly stop: () => Promise<void>;
  /** Ends whatever serves the data folder, without waiting and without a checkpoint: the next start replays the log. */
  readonly kill: () => void;
}

export interface StartPostgresOptions {
  /** The caller holds the owner lock of this folder. */
  readonly dataFolder: string;
  /** To come back at the address that other processes know; otherwise a free port. */
  readonly port?: number;
  /** Fail rather than take another port. */
  readonly onlyThisPort?: boolean;
  /** Further server settings, e.g. `fsync: 'off'` for tests. */
  readonly parameters?: Readonly<Record<string, string>>;
}

const pollMs = 20;
/** Recovery after a crash may replay up to max_wal_size of log; slow disks need minutes. */
const startLimitMs = 5 * 60_000;
const stopLimitMs = 30_000;
/** A killed process frees its memory before it is gone. */
const goneLimitMs = 5_000;
const maxLogBytes = 8 * 1024 * 1024;
const portAttempts = 3;

const mib = 1024 * 1024;

/**
 * An eighth of the machine's memory, or of what this process may have of it, from 128 MiB to 1 GiB: a census of millions
 * of rows is read at random places, and each that is not in here costs a copy. Taken only as far as it is used.
 */
function sharedBuffers(): string {
  const allowed = process.constrainedMemory();
  const memory = allowed > 0 ? Math.min(allowed, totalmem()) : totalmem();
  return `${String(Math.round(Math.min(1024, Math.max(128, memory / 8 / mib))))}MB`;
}

/** Modest: one machine, one small database beside other work, no replication. */
const defaultParameters: Readonly<Record<string, string>> = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '60',
  wal_level: 'minimal',
  max_wal_senders: '0',
  max_wal_size: '512MB',
  shared_buffers: sharedBuffers(),
  timezone: 'UTC',
  log_timezone: 'UTC',
};

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => {
        if (address === null || typeof address === 'string') reject(new Error('no port'));
        else resolve(address.port);
      });
    });
  });
}

function openLog(path: string): number {
  if ((statSync(path, { throwIfNoEntry: false })?.size ?? 0) > maxLogBytes) renameSync(path, `${path}.1`);
  return openSync(path, 'a', 0o600);
}

function logTail(path: string): string {
  const lines = readFileSync(path, 'utf8').trimEnd().split('\n');
  const fatal = lines.slice(-20).findLast((line) => /\b(FATAL|PANIC):/.test(line));
  return (fatal ?? lines.at(-1) ?? '').replace(/^.*?\b(FATAL|PANIC):\s*/, '');
}

async function until(condition: () => boolean, limitMs: number): Promise<boolean> {
  const end = performance.now() + limitMs;
  while (!condition()) {
    if (performance.now() > end) return false;
    await delay(pollMs);
  }
  return true;
}

/** Takes away a postmaster.pid whose server is gone: its pid may be a zombie's or another program's by now. */
async function clearStalePid(cluster: string): Promise<void> {
  // Sessions of a killed server end by themselves as soon as they notice; until then the files are theirs.
  if (!(await until(() => serverProcesses(cluster).length === 0, stopLimitMs))) {
    throw new Refusal(
      `Processes of an earlier server still work in ${cluster} (pid ${serverProcesses(cluster).join(', ')}): end them and start again.`,
    );
  }
  rmSync(join(cluster, 'postmaster.pid'), { force: true });
}

interface ServerStart {
  readonly cluster: string;
  readonly log: string;
  readonly program: ServerProgram;
  readonly account: ServerAccount | null;
  readonly port: number;
  readonly parameters: Readonly<Record<string, string>>;
}

interface RunningServer {
  readonly pid: number;
  readonly port: number;
  readonly ended: Promise<void>;
}

/** Starts the server in a session of its own (Ctrl-C at the terminal must reach us, not it) and waits for `ready`. */
async function launch(start: ServerStart): Promise<RunningServer | null> {
  const log = openLog(start.log);
  const parameters = { ...defaultParameters, ...start.parameters, port: String(start.port) };
  const child = spawn(
    start.program.postgres,
    [
      '-D',
      clusterAsWorkingFolder,
      ...Object.entries(parameters).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
    ],
    { cwd: start.cluster, detached: true, stdio: ['ignore', log, log], ...start.account },
  );
  closeSync(log);
  const ended = new Promise<void>((resolve) => {
    child.once('error', () => resolve());
    child.once('exit', () => resolve());
  });
  const isRunning = () => child.pid !== undefined && child.exitCode === null && child.signalCode === null;
  child.unref();
  const isReady = () => {
    const entry = readPostmasterFile(start.cluster);
    return entry !== null && entry.pid === child.pid && entry.ready;
  };
  if (!(await until(() => !isRunning() || isReady(), startLimitMs))) {
    child.kill('SIGQUIT');
    throw new Refusal(`The built-in Postgres did not get ready; ${start.log} says why.`);
  }
  if (child.pid === undefined || !isRunning()) return null;
  return { pid: child.pid, port: start.port, ended };
}

/** A server that an earlier process left behind is nobody's child: it is watched by looking. */
function watch(entry: { readonly pid: number; readonly port: number }, cluster: string): RunningServer {
  const ended = new Promise<void>((resolve) => {
    const timer = setInterval(() => {
      if (isServerProcess(entry.pid, cluster)) return;
      clearInterval(timer);
      resolve();
    }, 250);
    timer.unref();
  });
  return { ...entry, ended };
}

/** Takes over a running server of the cluster; null when there is none, or it is just going down. */
async function adopt(cluster: string, check: (port: number) => Promise<void>): Promise<RunningServer | null> {
  const entry = readPostmasterFile(cluster);
  if (entry === null) return null;
  const isGone = () => !isServerProcess(entry.pid, cluster);
  await until(() => isGone() || readPostmasterFile(cluster)?.ready === true, startLimitMs);
  if (isGone()) return null;
  try {
    await check(entry.port);
    return watch(entry, cluster);
  } catch (error) {
    // One that was killed a moment ago still looks alive.
    if (await until(isGone, goneLimitMs)) return null;
    throw error;
  }
}

/** Sends the signals of pg_ctl's fast, then immediate mode, and waits until the last session process is gone. */
async function stopServer(pid: number, cluster: string): Promise<void> {
  for (const signal of ['SIGINT', 'SIGQUIT', 'SIGKILL'] as const) {
    if (isServerProcess(pid, cluster)) process.kill(pid, signal);
    if (await until(() => serverProcesses(cluster).length === 0, stopLimitMs)) return;
  }
}

async function checkPassword(url: string, passwordPath: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  try {
    await client.connect();
    await client.end();
  } catch (error) {
    throw new Refusal(
      `The built-in Postgres does not let us in with the password in ${passwordPath}: ${errorText(error)}.`,
    );
  }
}

/**
 * Starts the Postgres of a data folder on a loopback port, making its files on first use, or adopts the one that an
 * earlier owner left running when it was killed.
 * @throws Refusal with the sentence for the terminal.
 */
export async function startEmbeddedPostgres(options: StartPostgresOptions): Promise<EmbeddedPostgres> {
  const dataFolder = resolve(options.dataFolder);
  makeDataFolder(dataFolder);
  const { cluster, log, password } = clusterPaths(dataFolder);
  const account = chooseServerAccount(cluster);
  const urlAt = (port: number) =>
    `postgresql://${databaseUser}:${encodeURIComponent(readOrMakePassword(dataFolder))}@127.0.0.1:${port}/postgres`;
  const check = (port: number) => checkPassword(urlAt(port), password);
  const adopted = await adopt(cluster, check);
  let server = adopted;
  if (server === null) {
    const program = findServerProgram(dataFolder, account);
    ensureCluster({ dataFolder, program, account });
    checkCluster({ dataFolder, program, account });
    await clearStalePid(cluster);
    const { parameters = {} } = options;
    for (let attempt = 1; server === null && attempt <= portAttempts; attempt++) {
      // Between finding a free port and using it another program may take it.
      const isWanted = options.port !== undefined && (attempt === 1 || options.onlyThisPort === true);
      const port = isWanted ? options.port : await freePort();
      server = await launch({ cluster, log, program, account, port, parameters });
    }
    if (server === null) throw new Refusal(`The built-in Postgres did not start: ${logTail(log)}.`);
    try {
      await check(server.port);
    } catch (error) {
      // Nobody would know of it.
      await stopServer(server.pid, cluster);
      throw error;
    }
  }
  const { pid, port, ended } = server;
  return {
    url: urlAt(port),
    pid,
    port,
    adopted: adopted !== null,
    ended,
    stop: () => stopServer(pid, cluster),
    kill: () => {
      // Also one that is just being started in its place.
      const serving = readPostmasterFile(cluster)?.pid ?? pid;
      if (isServerProcess(serving, cluster)) process.kill(serving, 'SIGQUIT');
    },
  };
}
