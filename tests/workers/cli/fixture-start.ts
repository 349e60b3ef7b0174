// `latchwatch start` with stand-ins for console and worker, as a process of its own.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Refusal } from '#workers/database/refusal.ts';
import { runInstallation } from '#workers/cli/run-installation.ts';

const abort = new AbortController();
process.on('SIGTERM', () => abort.abort());
const parentWatch = pathToFileURL(join(import.meta.dirname, '../../../workers/cli/parent-watch.mjs')).href;
const program = (name: string) => ({
  name,
  args: ['--import', parentWatch, join(import.meta.dirname, `stand-in-${name}.mjs`)],
});

try {
  await runInstallation({
    context: { args: [], env: process.env, out: console.log, err: console.error, signal: abort.signal },
    programs: [program('web'), program('worker')],
    prepare: () => Promise.resolve(),
  });
} catch (error) {
  if (!(error instanceof Refusal)) throw error;
  console.error(error.message);
  process.exitCode = 2;
}
