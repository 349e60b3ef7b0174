import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';
import { checkoutFolder } from './folders.ts';
import { labDomains } from './domains.ts';
import { startLab, stopLab } from './lab.ts';

/* Program: `npm run demo`. A mail provider with faults on loopback, and Latchwatch watching it. */

const program = 'workers/cli/latchwatch.mjs';
const say = (text: string): void => console.log(`demo: ${text}`);
const stopping = new AbortController();
for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, () => stopping.abort());

async function main(): Promise<void> {
  say('starting a mail provider on loopback addresses: name servers, Dovecot, Postfix, Exim, Cyrus ...');
  const lab = await startLab();
  say(lab.started ? 'it is up.' : 'it was already up; it stays up when the demo ends.');
  const environment: Record<string, string> = {
    LATCHWATCH_INTERVAL: '60',
    LATCHWATCH_DATA: join(checkoutFolder, 'data/demo'),
    PORT: '3000',
    ...ownEnvironment(),
    ...lab.environment,
  };
  const url = `http://127.0.0.1:${environment['PORT'] ?? '3000'}`;
  try {
    stopping.signal.throwIfAborted();
    say('starting Latchwatch ...');
    const product = spawn(process.execPath, [program, 'start'], {
      cwd: checkoutFolder,
      stdio: 'inherit',
      env: { NODE_ENV: 'production', ...environment },
      // In a session of its own, Ctrl-C reaches it through us only, and it is stopped in order.
      detached: true,
    });
    try {
      await addDomains(product, { url, environment });
      await Promise.race([once(product, 'exit'), once(stopping.signal, 'abort')]);
    } finally {
      await stopProduct(product);
    }
  } finally {
    if (lab.started) {
      say('stopping the mail provider ...');
      await stopLab();
    }
  }
}

interface Target {
  readonly url: string;
  readonly environment: Readonly<Record<string, string>>;
}

async function addDomains(product: ChildProcess, { url, environment }: Target): Promise<void> {
  await untilHealthy(product, url);
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [...[program, 'token', 'create', '--name', 'demo'], ...['--scope', 'inventory:write', '--scope', 'inventory:read']],
    { cwd: checkoutFolder, env: { NODE_ENV: 'production', ...environment }, signal: stopping.signal },
  );
  say(`adding ${labDomains.length} mail domains ...`);
  for (const domain of labDomains) {
    const response = await fetch(`${url}/api/v1/domains`, {
      method: 'POST',
      headers: { authorization: `Bearer ${stdout.trim()}`, 'content-type': 'application/json' },
      body: JSON.stringify({ name: domain.name }),
      signal: stopping.signal,
    });
    // 409: it is there from the demo before; the data folder stays.
    if (!response.ok && response.status !== 409) {
      throw new Error(`Adding ${domain.name} was answered with ${response.status}: ${await response.text()}`);
    }
    say(`  ${domain.name}: ${domain.fault ?? 'nothing wrong'}`);
  }
  // What the operator says of some of them: a filter and the server behind it, what may be tried.
  say('importing tests/lab/inventory.yaml ...');
  await promisify(execFile)(process.execPath, [program, 'import', 'tests/lab/inventory.yaml'], {
    cwd: checkoutFolder,
    env: { NODE_ENV: 'production', ...environment },
    signal: stopping.signal,
  });
  const page = environment['LATCHWATCH_PUBLIC_URL'] ?? `http://localhost:${environment['PORT'] ?? '3000'}`;
  say(`open ${page} to see what Latchwatch finds. The first results come within a minute. Ctrl-C ends everything.`);
}

async function untilHealthy(product: ChildProcess, url: string): Promise<void> {
  for (;;) {
    if (hasEnded(product)) throw new Error('Latchwatch ended at start; what it said is above.');
    stopping.signal.throwIfAborted();
    const response = await fetch(`${url}/healthz`, { signal: stopping.signal }).catch(() => null);
    if (response?.status === 200) return;
    await wait(300);
  }
}

async function stopProduct(product: ChildProcess): Promise<void> {
  if (hasEnded(product)) return;
  say('stopping Latchwatch ...');
  const ended = once(product, 'exit');
  product.kill('SIGTERM');
  await ended;
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

function ownEnvironment(): Record<string, string> {
  const entries = Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return Object.fromEntries(entries.filter(([name]) => name !== 'NODE_ENV'));
}

try {
  await main();
} catch (error) {
  if (!stopping.signal.aborted) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 2;
  }
}
