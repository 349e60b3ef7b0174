import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Environment } from '#lib/settings.ts';
import { acquireOwnerLock } from '#workers/database/owner-lock.ts';
import { Refusal } from '#workers/database/refusal.ts';

/** What the console is made from. Generated code follows from the schema. */
const sources = [
  ...['app', 'components', 'lib', 'prisma', 'public'],
  ...[
    'next.config.ts',
    'postcss.config.mjs',
    'proxy.ts',
    'instrumentation-client.ts',
    'tsconfig.json',
    'package-lock.json',
  ],
];
const shownLines = 40;

function sourceFiles(folder: string): readonly string[] {
  return sources
    .flatMap((source) => {
      const path = join(folder, source);
      if (statSync(path, { throwIfNoEntry: false })?.isDirectory() !== true) return existsSync(path) ? [source] : [];
      return readdirSync(path, { recursive: true, encoding: 'utf8' })
        .map((name) => join(source, name))
        .filter((name) => !name.startsWith(join('prisma', 'generated')) && statSync(join(folder, name)).isFile());
    })
    .sort();
}

function hashSources(folder: string): string {
  const hash = createHash('sha256');
  for (const name of sourceFiles(folder)) {
    const content = readFileSync(join(folder, name));
    hash.update(`${name}\0${content.length}\0`).update(content);
  }
  return hash.digest('hex');
}

function runNextBuild(folder: string, env: Environment, signal: AbortSignal): Promise<string | null> {
  const next = createRequire(join(folder, 'package.json')).resolve('next/dist/bin/next');
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [next, 'build'], {
      cwd: folder,
      env: { ...env, NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1' },
      stdio: ['ignore', 'pipe', 'pipe'],
      signal,
    });
    const lines: string[] = [];
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        lines.push(...text.split('\n'));
        lines.splice(0, lines.length - 4 * shownLines);
      });
    }
    child.once('error', reject);
    child.once('close', (status) => {
      const said = lines.filter((line) => line.trim() !== '').slice(-shownLines);
      resolve(status === 0 ? null : said.join('\n'));
    });
  });
}

/**
 * Builds the console (`.next/standalone`) unless it was built from the very same sources. Several processes may ask at
 * the same time: one builds. Says on `progress` when it takes time.
 * @throws Refusal with the end of what the build said when it fails.
 */
export async function buildConsole(options: {
  readonly folder: string;
  readonly env: Environment;
  readonly signal: AbortSignal;
  readonly progress: (text: string) => void;
}): Promise<void> {
  const { folder, env, signal, progress } = options;
  const standalone = join(folder, '.next', 'standalone');
  const stamp = join(standalone, 'built-from');
  let isWaiting = false;
  for (;;) {
    const lock = await acquireOwnerLock(join(folder, 'app'));
    if (lock === null) {
      if (!isWaiting) progress('Another process builds the console; waiting for it.');
      isWaiting = true;
      await delay(250, undefined, { signal });
      continue;
    }
    try {
      const hash = hashSources(folder);
      if (existsSync(stamp) && readFileSync(stamp, 'utf8') === hash) return;
      const startedAt = performance.now();
      progress('Building the console, once for this version; this takes about half a minute …');
      rmSync(stamp, { force: true });
      const problem = await runNextBuild(folder, env, signal);
      if (problem !== null) throw new Refusal(`The console could not be built:\n${problem}`);
      // The standalone server serves these but does not bring them.
      cpSync(join(folder, '.next', 'static'), join(standalone, '.next', 'static'), { recursive: true });
      const publicFolder = join(folder, 'public');
      if (existsSync(publicFolder)) cpSync(publicFolder, join(standalone, 'public'), { recursive: true });
      mkdirSync(standalone, { recursive: true });
      writeFileSync(stamp, hash);
      progress(`Built the console in ${Math.round((performance.now() - startedAt) / 1000)} s.`);
      return;
    } finally {
      await lock.release();
    }
  }
}
