import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { ensurePackages } from '#tests/lab/packages.ts';
import { freePort } from './product.ts';

/** The real rsyslog, with the action that our documentation gives. */
export interface Rsyslog {
  /** Hands messages to it, as a mail server on the same machine does, and waits until it has them all. */
  readonly send: (lines: readonly string[]) => Promise<void>;
  /** Whether text stands in the spool on disk. */
  readonly hasSpooled: (text: string) => boolean;
  /** SIGKILL and a new one on the same spool. */
  readonly killAndRestart: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

const documentation = new URL('../../docs/reports.md', import.meta.url);

/** The configuration of the documentation, pointed at this port, impatient, with `more` in the action. */
function documentedAction(port: number, more: string): string {
  const text = readFileSync(documentation, 'utf8');
  const start = text.indexOf('module(load="omrelp")');
  return text
    .slice(start, text.indexOf('```', start))
    .replace('latchwatch.example.org', '127.0.0.1')
    .replace('port="2514"', `port="${String(port)}"`)
    .replace('action.resumeInterval="5"', `action.resumeInterval="1" ${more}`)
    .replace('action.resumeIntervalMax="30"', 'action.resumeIntervalMax="1"');
}

/** A file of the spool; nothing of one that rsyslog took away after it was listed. */
function readSpooled(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (typeof error === 'object' && error !== null && 'code' in error && error.code === 'ENOENT') return '';
    throw error;
  }
}

/** Starts it with a spool of its own. */
export async function startRsyslog({
  relpPort,
  action = '',
}: {
  readonly relpPort: number;
  readonly action?: string;
}): Promise<Rsyslog> {
  await ensurePackages(['rsyslog', 'rsyslog-relp']);
  const folder = mkdtempSync(join(tmpdir(), 'latchwatch-rsyslog-'));
  mkdirSync(join(folder, 'spool'));
  const inputPort = await freePort();
  const configuration = join(folder, 'rsyslog.conf');
  writeFileSync(
    configuration,
    [
      `global(workDirectory="${folder}/spool")`,
      'module(load="imptcp")',
      `input(type="imptcp" address="127.0.0.1" port="${String(inputPort)}")`,
      documentedAction(relpPort, action),
      '',
    ].join('\n'),
  );
  let output = '';
  let child: ChildProcess;
  const start = async (): Promise<void> => {
    child = spawn('/usr/sbin/rsyslogd', ['-n', '-f', configuration, '-i', join(folder, 'pid')], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8');
      stream?.on('data', (text: string) => (output += text));
    }
    for (;;) {
      if (child.exitCode !== null) throw new Error(`rsyslog ended at start:\n${output}`);
      const socket = connect(inputPort, '127.0.0.1');
      const isOpen = await once(socket, 'connect').then(
        () => true,
        () => false,
      );
      socket.destroy();
      if (isOpen) return;
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
    send: async (lines) => {
      const socket = connect(inputPort, '127.0.0.1');
      await once(socket, 'connect');
      socket.end(`${lines.join('\n')}\n`);
      await once(socket, 'close');
    },
    hasSpooled: (text) =>
      readdirSync(join(folder, 'spool')).some((name) => readSpooled(join(folder, 'spool', name)).includes(text)),
    killAndRestart: async () => {
      await end('SIGKILL');
      await start();
    },
    stop: async () => {
      await end('SIGTERM');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
