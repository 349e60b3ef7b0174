import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import type { Program } from './programs.ts';

export interface SupervisedProgram {
  /** Resolves with a sentence when the program failed so often before `settle` that it is not tried again. */
  readonly gaveUp: Promise<string>;
  /** From now on it has worked: however often it fails, it is started again. */
  readonly settle: () => void;
  /** SIGTERM, then SIGKILL for one that does not listen. Resolves when it has ended. */
  readonly stop: () => Promise<void>;
  /** At once, for the last moment of this process. */
  readonly kill: () => void;
}

const firstPauseMs = 1000;
const longestPauseMs = 60_000;
/** One that ran this long failed for a new reason. */
const healthyAfterMs = 60_000;
const stopLimitMs = 20_000;
const attemptsBeforeSettled = 3;

/** Next greets with an address that is not the one people use. */
const banner = /^\s*(▲ Next\.js|- (Local|Network|Environments):|✓ )/;

function startChild(program: Program, env: Record<string, string | undefined>, say: (line: string) => void) {
  const child = spawn(process.execPath, program.args, {
    env: { ...env, NODE_ENV: 'production' },
    // A session of its own: Ctrl-C at the terminal reaches us, and we end it in order.
    detached: true,
    // The channel tells the child when we are gone.
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  if (child.stdout !== null) {
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (line.trim() !== '' && !banner.test(line)) say(line);
    });
  }
  const ended = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (status, signal) => resolve(signal === null ? `exit status ${status ?? '?'}` : signal));
  });
  return { child, ended };
}

/** Runs a program and starts it again, after a growing pause, whenever it ends without being asked to. */
export function superviseProgram(options: {
  readonly program: Program;
  readonly env: Record<string, string | undefined>;
  readonly say: (text: string) => void;
}): SupervisedProgram {
  const { program, env, say } = options;
  const stopping = new AbortController();
  let current: ChildProcess | null = null;
  const isStopping = () => stopping.signal.aborted;
  let isSettled = false;
  let failures = 0;

  async function run(giveUp: (sentence: string) => void): Promise<void> {
    let pauseMs = firstPauseMs;
    while (!isStopping()) {
      const startedAt = performance.now();
      const { child, ended } = startChild(program, env, say);
      current = child;
      const how = await ended;
      current = null;
      if (isStopping()) return;
      failures += 1;
      if (!isSettled && failures >= attemptsBeforeSettled) {
        giveUp(`The ${program.name} process does not start (${how}); what it said is above.`);
        return;
      }
      if (performance.now() - startedAt > healthyAfterMs) pauseMs = firstPauseMs;
      say(
        `The ${program.name} process ended unexpectedly (${how}); it is started again in ${Math.round(pauseMs / 1000)} s.`,
      );
      await delay(pauseMs, undefined, { signal: stopping.signal }).catch(() => undefined);
      pauseMs = Math.min(pauseMs * 2, longestPauseMs);
    }
  }

  let finished: Promise<void> = Promise.resolve();
  const gaveUp = new Promise<string>((resolve) => {
    finished = run(resolve);
  });
  return {
    gaveUp,
    settle: () => (isSettled = true),
    stop: async () => {
      stopping.abort();
      current?.kill('SIGTERM');
      const timer = setTimeout(() => {
        say(`The ${program.name} process does not end in time; it is killed.`);
        current?.kill('SIGKILL');
      }, stopLimitMs);
      await finished;
      clearTimeout(timer);
    },
    kill: () => current?.kill('SIGKILL'),
  };
}
