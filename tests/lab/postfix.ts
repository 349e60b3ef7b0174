import { chmodSync, chownSync, mkdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { authSocket } from './dovecot.ts';
import { mailPorts, type LabServer, type MailService } from './domain-types.ts';
import { logsFolder, runFolder } from './folders.ts';
import type { ProcessSpec } from './processes.ts';
import { pki, serverFiles, type CertificateSet } from './server-certificates.ts';

const postfixServices = ['smtp', 'submission', 'submissions'] as const satisfies readonly MailService[];
type PostfixService = (typeof postfixServices)[number];

export function isPostfixService(service: MailService): service is PostfixService {
  return postfixServices.some((one) => one === service);
}

/** Name of a server's Postfix among the lab's processes. */
export function postfixName(server: LabServer): string {
  return `postfix-${server.address}`;
}

/** What the Postfix of a server writes down. */
export function postfixLog(server: LabServer): string {
  return join(logsFolder, `${postfixName(server)}-mail.log`);
}

/**
 * One Postfix for one server; `services` are those of the server that are to run. Every listener is a line of
 * master.cf, since Postfix takes loopback addresses there and not in inet_interfaces.
 */
export function configurePostfix(server: LabServer, services: readonly PostfixService[]): ProcessSpec {
  const name = postfixName(server);
  const folder = join(serverFiles(server).folder, 'postfix');
  createQueue(folder);
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
    ...tlsSettings(server),
    `smtpd_tls_chain_files = ${serverFiles(server, defaultSet(server)).keyAndChain}${secondChain(server)}`,
    ...quirkSettings(server, folder),
    `smtpd_tls_auth_only = ${server.plaintextLogin ? 'no' : 'yes'}`,
    'smtpd_sasl_type = dovecot',
    `smtpd_sasl_path = ${authSocket}`,
    'smtputf8_enable = no',
    `maillog_file = ${postfixLog(server)}`,
    `maillog_file_prefixes = ${runFolder}`,
    '',
  ];
  writeSettled(join(folder, 'main.cf'), lines.join('\n'));
  const listeners = services.map((service) =>
    [
      `${server.address}:${mailPorts[service]} inet n - n - - smtpd`,
      // As in Debian's own file: the log says which service it was.
      ...(service === 'smtp' ? [] : [`syslog_name=postfix/${service}`]),
      ...optionsOf(service, server),
    ].join('\n  -o '),
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
  'virtual   unix  -  n  n  -    -  virtual',
  'anvil     unix  -  -  n  -    1  anvil',
  'postlog   unix-dgram n  - n - 1  postlogd',
];

function optionsOf(service: PostfixService, { plaintextLogin, quirks }: LabServer): readonly string[] {
  const login = 'smtpd_sasl_auth_enable=yes';
  switch (service) {
    case 'smtp':
      return quirks.includes('login-on-mx') ? [login] : [];
    case 'submission':
      return [
        login,
        ...(plaintextLogin || quirks.includes('mail-before-tls') ? [] : ['smtpd_tls_security_level=encrypt']),
      ];
    case 'submissions':
      return ['smtpd_tls_wrappermode=yes', ...(quirks.includes('no-login-on-submissions') ? [] : [login])];
  }
}

/** What it serves to clients that name no host. */
function defaultSet({ quirks }: LabServer): CertificateSet {
  if (quirks.includes('host-by-sni-only')) return 'other-host';
  return quirks.includes('smtp-not-reloaded') ? 'smtp' : 'main';
}

function secondChain(server: LabServer): string {
  return server.quirks.includes('expired-rsa-too') ? `, ${serverFiles(server, 'rsa').keyAndChain}` : '';
}

function quirkSettings(server: LabServer, folder: string): readonly string[] {
  return server.quirks.flatMap((quirk) => {
    switch (quirk) {
      case 'asks-for-client-certificate':
        return ['smtpd_tls_ask_ccert = yes', `smtpd_tls_CAfile = ${pki.root.certificateFile}`];
      case 'client-command':
        return [`smtpd_command_filter = regexp:${writeCommandFilter(folder)}`];
      case 'host-by-sni-only':
        return [`tls_server_sni_maps = texthash:${writeServerNames(server, folder)}`];
      case 'delivers-mail':
        return deliver(server);
      case 'logs-clients':
        return ['smtpd_tls_loglevel = 1'];
      default:
        return [];
    }
  });
}

/** Into the Maildir that Dovecot of the same server has for every user. */
function deliver(server: LabServer): readonly string[] {
  const base = serverFiles(server).folder;
  own(join(base, 'mail'), { uid: nobody, gid: nobody, mode: 0o700 });
  return [
    'mydestination =',
    `virtual_mailbox_domains = ${server.hosts.map((host) => host.replace(/^mail\./, '')).join(' ')}`,
    `virtual_mailbox_base = ${base}`,
    'virtual_mailbox_maps = static:mail/',
    `virtual_uid_maps = static:${String(nobody)}`,
    `virtual_gid_maps = static:${String(nobody)}`,
    'virtual_minimum_uid = 1',
    'virtual_mailbox_limit = 0',
    'smtpd_tls_received_header = yes',
  ];
}

/** Debian's nobody and nogroup, whom Dovecot reads mail as. */
const nobody = 65_534;

/** Of itself Postfix 3.7 takes TLS 1.0, and suites without a key of the server. */
function tlsSettings({ quirks }: LabServer): readonly string[] {
  if (quirks.includes('postfix-defaults')) return [];
  const versions = (range: string): readonly string[] => [
    `smtpd_tls_protocols = ${range}`,
    `smtpd_tls_mandatory_protocols = ${range}`,
  ];
  const noAnonymous = 'smtpd_tls_exclude_ciphers = aNULL';
  const old = 'tls_medium_cipherlist = HIGH:!kRSA:!aNULL:@STRENGTH:@SECLEVEL=0';
  if (quirks.includes('old-tls-only')) return [...versions('>=TLSv1, <=TLSv1.1'), noAnonymous, old];
  if (quirks.includes('old-tls-too')) return [...versions('>=TLSv1'), noAnonymous, old];
  if (quirks.includes('tls-1.3-only')) return [...versions('>=TLSv1.3'), noAnonymous];
  if (quirks.includes('no-tls-1.3')) return [...versions('>=TLSv1.2, <=TLSv1.2'), noAnonymous];
  return [...versions('>=TLSv1.2'), noAnonymous];
}

/** CLIENT is not a command of Postfix: a filter turns the good form into one that is answered with 250, the rest into 501. */
function writeCommandFilter(folder: string): string {
  const file = join(folder, 'command-filter');
  writeFileSync(
    file,
    ['/^CLIENT( +[A-Za-z0-9][A-Za-z0-9-]*=[!-<>-~]+)+[[:space:]]*$/ NOOP', '/^CLIENT([[:space:]]|$)/ VRFY', ''].join(
      '\n',
    ),
  );
  return file;
}

function writeServerNames(server: LabServer, folder: string): string {
  const file = join(folder, 'server-names');
  writeFileSync(file, server.hosts.map((host) => `${host} ${serverFiles(server).keyAndChain}\n`).join(''));
  return file;
}

/** What `postfix check` would create, in two seconds less. */
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
