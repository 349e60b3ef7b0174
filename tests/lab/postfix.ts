import { chmodSync, chownSync, mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { authSocket } from './dovecot.ts';
import { mailPorts, type LabServer, type MailService } from './domain-types.ts';
import { logsFolder, runFolder } from './folders.ts';
import type { ProcessSpec } from './processes.ts';
import { runCommand } from './run-command.ts';
import { serverFiles } from './server-certificates.ts';

const postfixServices = ['smtp', 'submission', 'submissions'] as const satisfies readonly MailService[];
type PostfixService = (typeof postfixServices)[number];

export function isPostfixService(service: MailService): service is PostfixService {
  return postfixServices.some((one) => one === service);
}

/** Name of a server's Postfix among the lab's processes. */
export function postfixName(server: LabServer): string {
  return `postfix-${server.address}`;
}

/**
 * One Postfix for one server; `services` are those of the server that are to run. Every listener is a line of
 * master.cf, since Postfix takes loopback addresses there and not in inet_interfaces.
 */
export async function configurePostfix(server: LabServer, services: readonly PostfixService[]): Promise<ProcessSpec> {
  const name = postfixName(server);
  const folder = join(serverFiles(server).folder, 'postfix');
  await createQueue(folder);
  const lines = [
    'compatibility_level = 3.6',
    `queue_directory = ${folder}/queue`,
    `data_directory = ${folder}/data`,
    'inet_interfaces = 127.0.0.1',
    'inet_protocols = ipv4',
    `myhostname = ${server.hosts[0] ?? 'mail.test'}`,
    'mydestination = $mydomain',
    'mynetworks =',
    'local_transport = discard:',
    'local_recipient_maps =',
    'alias_maps =',
    'smtpd_relay_restrictions = permit_sasl_authenticated, reject_unauth_destination',
    'smtpd_peername_lookup = no',
    // Probes of all domains come from one address: Postfix must not slow them down or send them away.
    'smtpd_client_connection_count_limit = 0',
    'smtpd_error_sleep_time = 0',
    'smtpd_tls_security_level = may',
    `smtpd_tls_chain_files = ${serverFiles(server).keyAndChain}`,
    `smtpd_tls_auth_only = ${server.plaintextLogin ? 'no' : 'yes'}`,
    'smtpd_sasl_type = dovecot',
    `smtpd_sasl_path = ${authSocket}`,
    'smtputf8_enable = no',
    `maillog_file = ${logsFolder}/${name}-mail.log`,
    `maillog_file_prefixes = ${runFolder}`,
    '',
  ];
  writeSettled(join(folder, 'main.cf'), lines.join('\n'));
  const listeners = services.map((service) =>
    [`${server.address}:${mailPorts[service]} inet n - n - - smtpd`, ...optionsOf(service)].join('\n  -o '),
  );
  writeSettled(join(folder, 'master.cf'), [...internalServices, ...listeners, ''].join('\n'));
  return {
    name,
    command: '/usr/lib/postfix/sbin/master',
    args: ['-c', folder, '-d'],
    env: { MAIL_CONFIG: folder },
  };
}

/** Postfix reads a file that changed a moment ago again and again, for two seconds: so it changed a minute ago. */
function writeSettled(file: string, text: string): void {
  writeFileSync(file, text);
  const past = Date.now() / 1000 - 60;
  utimesSync(file, past, past);
}

const internalServices = [
  'cleanup   unix  n  -  n  -    0  cleanup',
  'qmgr      unix  n  -  n  300  1  qmgr',
  'tlsmgr    unix  -  -  n  -    1  tlsmgr',
  'rewrite   unix  -  -  n  -    -  trivial-rewrite',
  'bounce    unix  -  -  n  -    0  bounce',
  'defer     unix  -  -  n  -    0  bounce',
  'trace     unix  -  -  n  -    0  bounce',
  'proxymap  unix  -  -  n  -    -  proxymap',
  'error     unix  -  -  n  -    -  error',
  'retry     unix  -  -  n  -    -  error',
  'discard   unix  -  -  n  -    -  discard',
  'anvil     unix  -  -  n  -    1  anvil',
  'postlog   unix-dgram n  - n - 1  postlogd',
];

function optionsOf(service: PostfixService): readonly string[] {
  switch (service) {
    case 'smtp':
      return [];
    case 'submission':
      return ['smtpd_sasl_auth_enable=yes'];
    case 'submissions':
      return ['smtpd_tls_wrappermode=yes', 'smtpd_sasl_auth_enable=yes'];
  }
}

/** What `postfix check` would create, in two seconds less. */
async function createQueue(folder: string): Promise<void> {
  const number = async (command: string, args: readonly string[], field: number): Promise<number> =>
    Number((await runCommand(command, args)).trim().split(':')[field]);
  const uid = await number('getent', ['passwd', 'postfix'], 2);
  const dropGid = await number('getent', ['group', 'postdrop'], 2);
  for (const path of ['queue', 'queue/pid']) mkdirSync(join(folder, path), { recursive: true });
  const owned = ['active', 'bounce', 'corrupt', 'defer', 'deferred', 'flush', 'hold', 'incoming', 'saved', 'trace'];
  for (const path of ['data', 'queue/private', ...owned.map((name) => `queue/${name}`)]) {
    own(join(folder, path), { uid, gid: 0, mode: 0o700 });
  }
  own(join(folder, 'queue/public'), { uid, gid: dropGid, mode: 0o710 });
  own(join(folder, 'queue/maildrop'), { uid, gid: dropGid, mode: 0o730 });
}

function own(path: string, owner: { readonly uid: number; readonly gid: number; readonly mode: number }): void {
  mkdirSync(path, { recursive: true });
  chownSync(path, owner.uid, owner.gid);
  chmodSync(path, owner.mode);
}
