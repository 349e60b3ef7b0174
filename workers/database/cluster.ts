import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { Refusal } from './refusal.ts';
import type { ServerAccount } from './server-account.ts';
import type { ServerProgram } from './server-program.ts';

/** The one role that owns everything in the embedded server. */
export const databaseUser = 'latchwatch';

/**
 * The server is told of its cluster as its working directory. Reached this way, the folders above need not be open to
 * the server's account: a checkout under root's home (mode 0700) works.
 */
export const clusterAsWorkingFolder = '/proc/self/cwd';

/** Where the parts of the embedded server live in the data folder. */
export function clusterPaths(dataFolder: string) {
  return {
    cluster: join(dataFolder, 'postgres'),
    password: join(dataFolder, 'postgres-password'),
    log: join(dataFolder, 'postgres.log'),
  } as const;
}

/** The password of the server's role; made on first use, readable by this account only. */
export function readOrMakePassword(dataFolder: string): string {
  const { password } = clusterPaths(dataFolder);
  if (existsSync(password)) return readFileSync(password, 'utf8').trim();
  const made = randomBytes(24).toString('base64url');
  const unfinished = `${password}.new`;
  writeFileSync(unfinished, `${made}\n`, { mode: 0o600 });
  renameSync(unfinished, password);
  return made;
}

/** Opens a file that holds `text`, may be read by `account`, and has no name any more. */
function openNameless(options: { folder: string; text: string; account: ServerAccount | null }): number {
  const path = join(options.folder, `.${randomBytes(8).toString('hex')}`);
  writeFileSync(path, options.text, { mode: 0o600 });
  if (options.account !== null) chownSync(path, options.account.uid, options.account.gid);
  const descriptor = openSync(path, 'r');
  unlinkSync(path);
  return descriptor;
}

/**
 * Makes an empty cluster unless there is one. It is built under another name, so that a crash leaves either none or a
 * whole one.
 * @throws Refusal when initdb fails.
 */
export function ensureCluster(options: {
  readonly dataFolder: string;
  readonly program: ServerProgram;
  readonly account: ServerAccount | null;
}): void {
  const { dataFolder, program, account } = options;
  const { cluster } = clusterPaths(dataFolder);
  if (existsSync(cluster)) return;
  const unfinished = `${cluster}.new`;
  rmSync(unfinished, { recursive: true, force: true });
  mkdirSync(unfinished, { mode: 0o700 });
  if (account !== null) chownSync(unfinished, account.uid, account.gid);
  const passwordFile = openNameless({ folder: dataFolder, text: readOrMakePassword(dataFolder), account });
  const { status, stderr } = spawnSync(
    program.initdb,
    [
      ...['-D', clusterAsWorkingFolder, '-U', databaseUser, '--pwfile=/dev/fd/3', '--auth=scram-sha-256', '-E', 'UTF8'],
      ...['--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C'],
    ],
    { cwd: unfinished, encoding: 'utf8', stdio: ['ignore', 'ignore', 'pipe', passwordFile], ...account },
  );
  closeSync(passwordFile);
  if (status !== 0) {
    const reason = stderr.trim().split('\n').at(-1) ?? '';
    throw new Refusal(`The built-in Postgres could not make its files in ${cluster}: ${reason}`);
  }
  renameSync(unfinished, cluster);
}

/**
 * Checks an existing cluster before the server sees it.
 * @throws Refusal when it is none, was made by another major version, or belongs to another account.
 */
export function checkCluster(options: {
  readonly dataFolder: string;
  readonly program: ServerProgram;
  readonly account: ServerAccount | null;
}): void {
  const { cluster } = clusterPaths(options.dataFolder);
  const owner = statSync(cluster).uid;
  const own = options.account?.uid ?? process.getuid?.() ?? owner;
  if (owner !== own && options.account === null) {
    throw new Refusal(
      `The database in ${cluster} belongs to user ${owner} and this is user ${own}: start Latchwatch as the user it ran as before.`,
    );
  }
  const versionFile = join(cluster, 'PG_VERSION');
  if (!existsSync(versionFile)) {
    throw new Refusal(
      `There is no Postgres database in ${cluster}, but something else: move that away, or set LATCHWATCH_DATA to another folder.`,
    );
  }
  const major = readFileSync(versionFile, 'utf8').trim();
  if (major !== String(options.program.major)) {
    throw new Refusal(
      `The database in ${cluster} was made by Postgres ${major}, but this Latchwatch brings Postgres ${options.program.major}: ` +
        'start the Latchwatch version that made it, or move the data to a Postgres of your own and set DATABASE_URL.',
    );
  }
  if (owner !== own && options.account !== null) {
    // Copied or restored by root.
    spawnSync('chown', ['-R', `${options.account.uid}:${options.account.gid}`, cluster]);
    chmodSync(cluster, 0o700);
  }
}
