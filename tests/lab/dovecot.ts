import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LabServer, MailService } from './domain-types.ts';
import { logsFolder, runFolder } from './folders.ts';
import type { ProcessSpec } from './processes.ts';
import { serverFiles } from './server-certificates.ts';

const authFolder = join(runFolder, 'auth');

/** Where Postfix checks passwords. */
export const authSocket = join(authFolder, 'run', 'auth-postfix');

const dovecotServices = ['imaps', 'imap', 'pop3s', 'pop3'] as const satisfies readonly MailService[];

type DovecotService = (typeof dovecotServices)[number];

export function isDovecotService(service: MailService): service is DovecotService {
  return dovecotServices.some((one) => one === service);
}

/** Name of a server's Dovecot among the lab's processes. */
export function dovecotName(server: LabServer): string {
  return `dovecot-${server.address}`;
}

/** One Dovecot 2.3 for one server; `services` are those of the server that are to run. */
export function configureDovecot(server: LabServer, services: readonly DovecotService[]): ProcessSpec {
  const files = serverFiles(server);
  // Port 0 is Dovecot's way to leave a listener out.
  const port = (service: DovecotService, number: number): string => String(services.includes(service) ? number : 0);
  return configure(dovecotName(server), files.folder, [
    'protocols = imap pop3',
    `listen = ${server.address}`,
    'ssl = yes',
    `ssl_cert = <${files.chain}`,
    `ssl_key = <${files.key}`,
    'ssl_dh =',
    'ssl_min_protocol = TLSv1.2',
    `disable_plaintext_auth = ${server.plaintextLogin ? 'no' : 'yes'}`,
    ...loginService('imap', [
      { name: 'imap', port: port('imap', 143), implicitTls: false },
      { name: 'imaps', port: port('imaps', 993), implicitTls: true },
    ]),
    ...loginService('pop3', [
      { name: 'pop3', port: port('pop3', 110), implicitTls: false },
      { name: 'pop3s', port: port('pop3s', 995), implicitTls: true },
    ]),
  ]);
}

/** A Dovecot without mail protocols, that checks passwords for Postfix. */
export function configureAuth(): ProcessSpec {
  return configure('dovecot-auth', authFolder, [
    'protocols =',
    'ssl = no',
    'service auth {',
    '  unix_listener auth-postfix {',
    '    mode = 0666',
    '  }',
    '}',
  ]);
}

interface Listener {
  readonly name: string;
  readonly port: string;
  readonly implicitTls: boolean;
}

function loginService(protocol: 'imap' | 'pop3', listeners: readonly Listener[]): readonly string[] {
  return [
    `service ${protocol}-login {`,
    '  chroot =',
    // One process for all connections: probes come often and stay short.
    '  service_count = 0',
    ...listeners.flatMap((listener) => [
      `  inet_listener ${listener.name} {`,
      `    port = ${listener.port}`,
      `    ssl = ${listener.implicitTls ? 'yes' : 'no'}`,
      '  }',
    ]),
    '}',
  ];
}

function configure(name: string, folder: string, lines: readonly string[]): ProcessSpec {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, 'dovecot.conf');
  const text = [
    `base_dir = ${folder}/run`,
    `state_dir = ${folder}/state`,
    `log_path = ${logsFolder}/${name}.log`,
    `mail_location = maildir:${folder}/mail`,
    'first_valid_uid = 1',
    ...lines,
    'service anvil {',
    '  chroot =',
    '}',
    'service stats {',
    '  chroot =',
    '}',
    'passdb {',
    '  driver = static',
    '  args = password=secret',
    '}',
    'userdb {',
    '  driver = static',
    `  args = uid=65534 gid=65534 home=${folder}/mail`,
    '}',
    '',
  ];
  writeFileSync(file, text.join('\n'));
  // Left by a Dovecot that was killed: while init has not collected that one, the next would take it for running.
  rmSync(join(folder, 'run', 'master.pid'), { force: true });
  return { name, command: '/usr/sbin/dovecot', args: ['-F', '-c', file] };
}
