import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensurePackages } from '#tests/lab/packages.ts';
import { accepts } from '#tests/lab/ports.ts';
import { poll } from '#tests/lab/poll.ts';
import type { TestCertificate } from './certificates.ts';
import { freePort } from './product.ts';

/** What the relay makes of a mail. */
export type RelayManner =
  /** Takes it and hands it on. */
  | { readonly kind: 'accepts' }
  /** Says 450 to who comes for the first time, as greylisting does. */
  | { readonly kind: 'greylists' }
  | { readonly kind: 'rejects' }
  /** Wants TLS and shows a certificate that nobody should trust. */
  | { readonly kind: 'bad-tls'; readonly certificate: TestCertificate };

export interface PostfixRelay {
  readonly port: number;
  readonly stop: () => Promise<void>;
}

/** A real Postfix on a port of 127.0.0.1 that hands on to the SMTP server on `forwardTo`. */
export async function startPostfixRelay(options: {
  readonly forwardTo: number;
  readonly manner: RelayManner;
}): Promise<PostfixRelay> {
  await ensurePackages(['postfix']);
  const { manner } = options;
  const folder = mkdtempSync(join(tmpdir(), 'latchwatch-postfix-'));
  // Postfix reads its folder as another user.
  chmodSync(folder, 0o755);
  createQueue(folder);
  const port = await freePort();
  const greylist = manner.kind === 'greylists' ? await startGreylist() : null;
  writeSettled(join(folder, 'main.cf'), [
    'compatibility_level = 3.6',
    `queue_directory = ${folder}/queue`,
    `data_directory = ${folder}/data`,
    'inet_interfaces = 127.0.0.1',
    'inet_protocols = ipv4',
    'myhostname = relay.example.com',
    'mydestination =',
    'mynetworks = 127.0.0.0/8',
    'alias_maps =',
    `relayhost = [127.0.0.1]:${String(options.forwardTo)}`,
    'smtp_tls_security_level = none',
    'smtpd_peername_lookup = no',
    'smtpd_client_connection_count_limit = 0',
    'smtpd_error_sleep_time = 0',
    `smtpd_recipient_restrictions = ${restriction(manner, greylist?.port ?? 0)}`,
    `smtpd_tls_security_level = ${manner.kind === 'bad-tls' ? 'encrypt' : 'none'}`,
    ...(manner.kind === 'bad-tls' ? [`smtpd_tls_chain_files = ${writeChain(folder, manner.certificate)}`] : []),
    `maillog_file = ${folder}/mail.log`,
    `maillog_file_prefixes = ${tmpdir()}`,
  ]);
  writeSettled(join(folder, 'master.cf'), [...services, `127.0.0.1:${String(port)} inet n - n - - smtpd`]);
  const child = spawn('/usr/lib/postfix/sbin/master', ['-c', folder, '-d'], {
    env: { ...process.env, MAIL_CONFIG: folder },
    stdio: 'ignore',
  });
  const ended = once(child, 'exit');
  await poll(() => accepts('127.0.0.1', port), { what: 'Postfix listens', deadlineMs: 30_000 });
  return {
    port,
    stop: async () => {
      child.kill('SIGTERM');
      await ended;
      await greylist?.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function restriction({ kind }: RelayManner, policyPort: number): string {
  switch (kind) {
    case 'accepts':
    case 'bad-tls':
      return 'permit_mynetworks, reject';
    case 'greylists':
      return `check_policy_service inet:127.0.0.1:${String(policyPort)}, permit_mynetworks, reject`;
    case 'rejects':
      return 'reject';
  }
}

/** A policy server of Postfix (SMTPD_POLICY_README) that turns each sender and receiver away once. */
async function startGreylist(): Promise<{ readonly port: number; readonly stop: () => Promise<void> }> {
  const known = new Set<string>();
  const server = createServer((socket) => {
    let buffer = '';
    socket.setEncoding('utf8');
    socket.on('error', () => undefined);
    socket.on('data', (chunk: string) => {
      buffer += chunk;
      for (let end = buffer.indexOf('\n\n'); end >= 0; end = buffer.indexOf('\n\n')) {
        const pair = [...buffer.slice(0, end).matchAll(/^(?:sender|recipient)=(.*)$/gm)]
          .map(([, value]) => value)
          .join(' ');
        buffer = buffer.slice(end + 2);
        const action = known.has(pair) ? 'DUNNO' : 'DEFER_IF_PERMIT greylisted, come again';
        known.add(pair);
        socket.write(`action=${action}\n\n`);
      }
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no TCP address');
  return {
    port: address.port,
    stop: async () => {
      server.close();
      await once(server, 'close');
    },
  };
}

const services = [
  'cleanup   unix  n  -  n  -    0  cleanup',
  'qmgr      unix  n  -  n  300  1  qmgr',
  'tlsmgr    unix  -  -  n  -    1  tlsmgr',
  'rewrite   unix  -  -  n  -    -  trivial-rewrite',
  'bounce    unix  -  -  n  -    0  bounce',
  'defer     unix  -  -  n  -    0  bounce',
  'trace     unix  -  -  n  -    0  bounce',
  'proxymap  unix  -  -  n  -    -  proxymap',
  'smtp      unix  -  -  n  -    1  smtp',
  'error     unix  -  -  n  -    -  error',
  'retry     unix  -  -  n  -    -  error',
  'anvil     unix  -  -  n  -    1  anvil',
  'postlog   unix-dgram n  - n - 1  postlogd',
];

function writeChain(folder: string, { keyPem, pem }: TestCertificate): string {
  const file = join(folder, 'chain.pem');
  writeFileSync(file, `${keyPem}${pem}`);
  return file;
}

/** Postfix reads a file that changed a moment ago again and again: so it changed a minute ago. */
function writeSettled(file: string, lines: readonly string[]): void {
  writeFileSync(file, `${lines.join('\n')}\n`);
  const past = Date.now() / 1000 - 60;
  utimesSync(file, past, past);
}

function createQueue(folder: string): void {
  const uid = accountId('/etc/passwd', 'postfix');
  const dropGid = accountId('/etc/group', 'postdrop');
  for (const path of ['queue', 'queue/pid']) mkdirSync(join(folder, path), { recursive: true });
  const owned = ['active', 'bounce', 'corrupt', 'defer', 'deferred', 'flush', 'hold', 'incoming', 'saved', 'trace'];
  for (const path of ['data', 'queue/private', ...owned.map((name) => `queue/${name}`)]) {
    own(join(folder, path), { uid, gid: 0, mode: 0o700 });
  }
  own(join(folder, 'queue/public'), { uid, gid: dropGid, mode: 0o710 });
  own(join(folder, 'queue/maildrop'), { uid, gid: dropGid, mode: 0o730 });
}

/** Both files have the name first and the number third. */
function accountId(file: string, name: string): number {
  const line = readFileSync(file, 'utf8')
    .split('\n')
    .find((one) => one.startsWith(`${name}:`));
  if (line === undefined) throw new Error(`${file} has no ${name}: is Postfix installed?`);
  return Number(line.split(':')[2]);
}

function own(path: string, owner: { readonly uid: number; readonly gid: number; readonly mode: number }): void {
  mkdirSync(path, { recursive: true });
  chownSync(path, owner.uid, owner.gid);
  chmodSync(path, owner.mode);
}
