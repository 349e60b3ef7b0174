#!/usr/bin/env node
// Starts the command line, which is TypeScript, from the checkout: nothing needs to be built before.
import { fileURLToPath } from 'node:url';

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`Latchwatch needs Node.js 20.19 or newer; this is ${process.versions.node}.`);
  process.exit(2);
}

// `latchwatch … | head` ends the reader first: that is no error of ours.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error) => {
    if (error.code === 'EPIPE') process.exit(process.exitCode ?? 0);
    throw error;
  });
}

const abort = new AbortController();
let askedAt = 0;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, () => {
    // Once asks, twice insists. One Ctrl-C may arrive twice: from the terminal, and handed on by npm.
    if (abort.signal.aborted && performance.now() - askedAt > 1000) process.exit(130);
    if (!abort.signal.aborted) askedAt = performance.now();
    abort.abort();
  });
}

/** Writes whole lines. */
const writeTo = (stream) => (text) => void stream.write(text.endsWith('\n') ? text : `${text}\n`);

let main;
try {
  const { register } = await import('tsx/esm/api');
  register({ tsconfig: fileURLToPath(new URL('../../tsconfig.json', import.meta.url)) });
  ({ main } = await import('./main.ts'));
} catch (error) {
  if (error?.code !== 'ERR_MODULE_NOT_FOUND') throw error;
  console.error(`Latchwatch is not installed completely (${error.message}): run \`npm ci\` in its folder.`);
  process.exit(2);
}

process.exitCode = await main({
  args: process.argv.slice(2),
  env: process.env,
  out: writeTo(process.stdout),
  err: writeTo(process.stderr),
  signal: abort.signal,
});
