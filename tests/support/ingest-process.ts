import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { cleanEnvironment } from './product.ts';

/** Ingest as a process of its own, as `npm start` runs it. */
export interface IngestProcess {
  readonly url: string;
  readonly pid: () => number;
  /** All that it printed so far. */
  readonly output: () => string;
  /** SIGKILL, and a new one on the same port at once. */
  readonly killAndRestart: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

/** Starts ingest and waits until it answers. */
export async function startIngest(options: {
  readonly databaseUrl: string;
  readonly port: number;
  readonly key: Buffer;
  readonly settings?: Readonly<Record<string, string>>;
}): Promise<IngestProcess> {
  const { databaseUrl, port, key, settings = {} } = options;
  let output = '';
  let child: ChildProcess;
  const start = async (): Promise<void> => {
    child = spawn(process.execPath, ['--import', 'tsx', 'workers/ingest/main.ts'], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: cleanEnvironment({
        NODE_ENV: 'production',
        DATABASE_URL: databaseUrl,
        LATCHWATCH_INGEST_PORT: String(port),
        LATCHWATCH_PSEUDONYM_KEYS: key.toString('base64url'),
        ...settings,
      }),
    });
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8');
      stream?.on('data', (text: string) => (output += text));
    }
    for (;;) {
      if (child.exitCode !== null) throw new Error(`ingest ended at start:\n${output}`);
      const answer = await fetch(`http://127.0.0.1:${String(port)}/healthz`).catch(() => null);
      await answer?.text();
      if (answer?.status === 200) return;
      await delay(50);
    }
  };
  const end = async (signal: 'SIGKILL' | 'SIGTERM'): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill(signal);
    await ended;
  };
  await start();
  return {
    url: `http://127.0.0.1:${String(port)}/ingest/v1/reports`,
    pid: () => child.pid ?? 0,
    output: () => output,
    killAndRestart: async () => {
      await end('SIGKILL');
      await start();
    },
    stop: () => end('SIGTERM'),
  };
}
