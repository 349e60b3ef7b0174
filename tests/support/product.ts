import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { promisify } from 'node:util';

/** A running product: the same program, started the same way, as a user starts it. */
export interface Product {
  readonly url: string;
  /** Where reports are sent. */
  readonly ingestUrl: string;
  /** Path of the link that creates the administrator; null when there is one. */
  readonly setupLink: string | null;
  readonly process: ChildProcess;
  readonly environment: NodeJS.ProcessEnv;
  /** All that it printed so far, both streams. */
  output(): string;
  /** Runs another command of the command line in the same environment. */
  cli(...args: string[]): Promise<string>;
  /** SIGTERM, then waits for the end; gives the exit status. */
  stop(): Promise<number | null>;
}

const program = 'workers/cli/latchwatch.mjs';

/** A port on 127.0.0.1 that is free at this moment. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no TCP address');
  return address.port;
}

/** Environment without the settings of the person who runs the tests. */
export function cleanEnvironment(settings: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  const environment: NodeJS.ProcessEnv = { ...process.env };
  const foreign = ['DATABASE_URL', 'PORT', 'HOST', 'NODE_OPTIONS', 'NODE_ENV', 'JEST_WORKER_ID'];
  for (const name of Object.keys(environment)) {
    if (name.startsWith('LATCHWATCH_') || foreign.includes(name)) Reflect.deleteProperty(environment, name);
  }
  return Object.assign(environment, settings);
}

/**
 * Starts the product and waits until /healthz says 200.
 * @throws when the process ends before that, with all that it printed.
 */
export async function startProduct(settings: Readonly<Record<string, string>>): Promise<Product> {
  const port = settings['PORT'] ?? String(await freePort());
  const ingestPort = settings['LATCHWATCH_INGEST_PORT'] ?? String(await freePort());
  const environment = cleanEnvironment({ ...settings, PORT: port, LATCHWATCH_INGEST_PORT: ingestPort });
  const child = spawn(process.execPath, [program, 'start'], { env: environment, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8');
    stream.on('data', (text: string) => (output += text));
  }
  const ended = once(child, 'exit');
  const url = `http://127.0.0.1:${port}`;
  for (;;) {
    if (child.exitCode !== null || child.signalCode !== null) throw new Error(`The product ended at start:\n${output}`);
    const response = await fetch(`${url}/healthz`).catch(() => null);
    if (response?.status === 200) break;
    await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, 200))]);
  }
  return {
    url,
    ingestUrl: `http://127.0.0.1:${ingestPort}`,
    setupLink: /\/setup\/[\w-]+/.exec(output)?.[0] ?? null,
    process: child,
    environment,
    output: () => output,
    cli: async (...args) => {
      const { stdout } = await promisify(execFile)(process.execPath, [program, ...args], { env: environment });
      return stdout.trim();
    },
    stop: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
      child.kill('SIGTERM');
      await ended;
      return child.exitCode;
    },
  };
}
