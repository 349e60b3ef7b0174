import { once } from 'node:events';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { isAlive as isPidAlive } from '#tests/support/process-state.ts';
import { sharedLab } from '#tests/support/shared-lab.ts';
import { logsFolder } from './folders.ts';
import { withLock } from './lock.ts';
import { occupied } from './occupied-ports.ts';
import { poll } from './poll.ts';
import { isAlive, killProcess, signal, startProcess, stopProcess } from './processes.ts';

// The logs' folder comes and goes with the lab.
beforeAll(async () => {
  await sharedLab();
});

const sleeper = { name: 'test-sleeper', command: '/bin/sleep', args: ['600'] };

test('a process is stopped, and a record with another start time does not reach it', async () => {
  const started = startProcess(sleeper);
  const stranger = { ...started, startTicks: '1' };
  expect(isAlive(started)).toBe(true);
  expect(isAlive(stranger)).toBe(false);
  signal(stranger, 'SIGKILL');
  await stopProcess(stranger);
  expect(isAlive(started)).toBe(true);
  await stopProcess(started);
  expect(isAlive(started)).toBe(false);
});

test('killing a process ends its children as well', async () => {
  const script = 'sleep 600 & echo $! > "$0"; wait';
  const file = `${logsFolder}/test-child.pid`;
  rmSync(file, { force: true });
  const started = startProcess({ name: 'test-parent', command: '/bin/sh', args: ['-c', script, file] });
  const child = (): string => (existsSync(file) ? readFileSync(file, 'utf8').trim() : '');
  await poll(() => child() !== '', { what: 'the child runs', deadlineMs: 10_000 });
  const isRunning = (): boolean => isPidAlive(Number(child()));
  expect(isRunning()).toBe(true);
  await killProcess(started);
  await poll(() => !isRunning(), { what: 'the child is gone', deadlineMs: 10_000 });
});

test('a program that does not exist is an error that names it', () => {
  expect(() => startProcess({ ...sleeper, command: '/nonexistent/program' })).toThrow('/nonexistent/program');
});

test('an address in use is found, also by a server on all addresses', async () => {
  const server = createServer().listen(0, '0.0.0.0');
  await once(server, 'listening');
  const bound = server.address();
  const port = bound === null || typeof bound === 'string' ? 0 : bound.port;
  const wanted = { address: '127.80.255.1', port, transport: 'tcp' } as const;
  const whileUsed = await occupied([wanted]);
  server.close();
  await once(server, 'close');
  expect(whileUsed).toEqual([wanted]);
  expect(await occupied([wanted])).toEqual([]);
});

test('two that want the lock work one after the other', async () => {
  const events: string[] = [];
  const work = (name: string): Promise<void> =>
    withLock('packages', async () => {
      events.push(`${name} begins`);
      await new Promise((resolve) => setImmediate(resolve));
      events.push(`${name} ends`);
    });
  await Promise.all([work('a'), work('b')]);
  expect(events.map((event) => event.split(' ')[1])).toEqual(['begins', 'ends', 'begins', 'ends']);
  expect(events[0]?.[0]).toBe(events[1]?.[0]);
});
