import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { z } from 'zod';
import { createTestDatabase, type TestDatabase } from '#tests/support/database.ts';
import { cleanEnvironment } from '#tests/support/product.ts';
import { until } from '#tests/support/until.ts';

let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase();
});
afterAll(() => test.close());

const line = z.looseObject({ msg: z.string(), level: z.number() });

/** The worker as a program, in an environment of its own. */
function startWorker(settings: Readonly<Record<string, string>>, ipc = false) {
  const child: ChildProcess = spawn(process.execPath, ['--import', 'tsx', 'workers/main.ts'], {
    env: cleanEnvironment(settings),
    stdio: ['ignore', 'pipe', 'pipe', ...(ipc ? (['ipc'] as const) : [])],
  });
  let [out, err] = ['', ''];
  child.stdout?.setEncoding('utf8').on('data', (text: string) => (out += text));
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (err += text));
  const ended = once(child, 'exit').then(([code]: unknown[]) => code);
  return {
    child,
    ended,
    messages: () =>
      out
        .split('\n')
        .filter((text) => text.startsWith('{'))
        .map((text) => line.parse(JSON.parse(text)).msg),
    err: () => err,
  };
}

const beats = async () => ((await test.database.workerHeartbeat.count()) > 0 ? true : null);

describe('the worker program', () => {
  it('beats, takes due work, and ends with 0 on SIGTERM after it has given everything back', async () => {
    await test.database
      .$executeRaw`INSERT INTO task (kind, ref, due_at) VALUES ('probe', 'gone', now()), ('discover', 'gone', now())`;
    const worker = startWorker({ DATABASE_URL: test.url, LATCHWATCH_VANTAGE: 'here' });
    await until(beats);
    expect(await test.database.workerHeartbeat.findMany()).toMatchObject([{ vantage: 'here' }]);
    // What refers to nothing is taken off the list.
    await until(async () => ((await test.database.task.count({ where: { ref: 'gone' } })) === 0 ? true : null));
    const kept = await test.database.task.findMany({ distinct: ['kind'], orderBy: { kind: 'asc' } });
    expect(kept.map(({ kind }) => kind)).toEqual(['digest', 'prove', 'prune', 'remind', 'self-check']);
    worker.child.kill('SIGTERM');
    expect(await worker.ended).toBe(0);
    expect(await test.database.workerHeartbeat.count()).toBe(0);
    expect(worker.messages()).toContain('the worker has stopped');
    expect(worker.err()).toBe('');
  });

  it('ends when the program that started it is gone', async () => {
    const worker = startWorker({ DATABASE_URL: test.url }, true);
    await until(beats);
    worker.child.disconnect();
    expect(await worker.ended).toBe(0);
  });

  it('waits for a database that is down, and says so once', async () => {
    const worker = startWorker({ DATABASE_URL: 'postgresql://nobody:x@127.0.0.1:9/none' });
    await until(() => (worker.messages().includes('the database cannot be reached; work waits') ? true : null));
    expect(worker.child.exitCode).toBeNull();
    worker.child.kill('SIGTERM');
    expect(await worker.ended).toBe(0);
    expect(worker.messages().filter((message) => message.includes('cannot be reached'))).toHaveLength(1);
  });

  it('refuses wrong settings with a sentence', async () => {
    const worker = startWorker({});
    expect(await worker.ended).toBe(2);
    expect(worker.err()).toBe('The worker needs DATABASE_URL; `latchwatch start` sets it.\n');
  });
});
