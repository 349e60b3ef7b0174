import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { errorCode } from './error-code.ts';
import { checkoutFolder, logsFolder } from './folders.ts';
import { poll } from './poll.ts';

/** A process that the lab started. Pid and start time together are never used twice before the next boot. */
export const labProcessSchema = z.object({
  name: z.string(),
  pid: z.int().positive(),
  /** Clock ticks since boot, field 22 of /proc/PID/stat. */
  startTicks: z.string(),
});
export type LabProcess = Readonly<z.infer<typeof labProcessSchema>>;

export interface ProcessSpec {
  /** Unique in the lab; names the log file. */
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

const terminateMs = 10_000;

/** Starts a program that stays in the foreground, in a session of its own, with both streams in its log file. */
export function startProcess(spec: ProcessSpec): LabProcess {
  const log = openSync(logFile(spec.name), 'a');
  const child = spawn(spec.command, [...spec.args], {
    cwd: checkoutFolder,
    detached: true,
    stdio: ['ignore', log, log],
    // Variables of a test runner are not the servers' business.
    env: { NODE_ENV: 'production', PATH: process.env['PATH'] ?? '', HOME: '/', LC_ALL: 'C.UTF-8', ...spec.env },
  });
  closeSync(log);
  // A program that cannot be started has no pid; Node also reports it as an event, which would end the caller.
  child.on('error', () => undefined);
  child.unref();
  const startTicks = child.pid === undefined ? null : readStartTicks(child.pid);
  if (child.pid === undefined || startTicks === null) throw new Error(`${spec.command} could not be started.`);
  return { name: spec.name, pid: child.pid, startTicks };
}

export function isAlive(labProcess: LabProcess): boolean {
  return readStartTicks(labProcess.pid) === labProcess.startTicks;
}

/** Signals this process only while it is the one that was started. */
export function signal(labProcess: LabProcess, name: NodeJS.Signals): void {
  if (isAlive(labProcess)) send(labProcess.pid, name);
}

/** SIGTERM and, when that does not help, the end at once. Returns when the process is gone. */
export async function stopProcess(labProcess: LabProcess): Promise<void> {
  signal(labProcess, 'SIGTERM');
  try {
    await poll(() => !isAlive(labProcess), { what: `${labProcess.name} ends`, deadlineMs: terminateMs });
  } catch {
    await killProcess(labProcess);
  }
}

/** Ends the process and its children without a word. They are a process group, because each was started as one. */
export async function killProcess(labProcess: LabProcess): Promise<void> {
  if (isAlive(labProcess)) send(-labProcess.pid, 'SIGKILL');
  await poll(() => !isAlive(labProcess), { what: `${labProcess.name} is gone`, deadlineMs: terminateMs });
}

/** The last lines that a process logged, for error messages. */
export function lastLogLines(name: string): string {
  try {
    return readFileSync(logFile(name), 'utf8').trim().split('\n').slice(-8).join('\n');
  } catch {
    return '(no log)';
  }
}

function send(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    // It ended in between.
    if (errorCode(error) !== 'ESRCH') throw error;
  }
}

function logFile(name: string): string {
  return join(logsFolder, `${name}.log`);
}

/** Null where no such process runs; a zombie does not run. */
function readStartTicks(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The second field is the program's name in parentheses and may hold spaces and parentheses itself.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' || fields[0] === 'X' ? null : (fields[19] ?? null);
  } catch {
    return null;
  }
}
