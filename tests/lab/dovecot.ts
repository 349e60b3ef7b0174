import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LabServer, MailService } from './domain-types.ts';
import { logsFolder, runFolder } from './folders.ts';
import type { ProcessSpec } from './processes.ts';
import { pki, serverFiles } from './server-certificates.ts';

const authFolder = join(runFolder, 'auth');

/** Where Postfix checks passwords. */
export const authSocket = join(authFolder, 'run', 'auth-postfix');

const dovecotServices = ['imaps', 'imap', 'pop3s', 'pop3', 'sieve'] as const satisfies readonly MailService[];

type DovecotService = (typeof dovecotServices)[number];

export function isDovecotService(service: MailService): service is DovecotService {
  return dovecotServices.some((one) => one === service);
}

/** Name of a server's Dovecot among the lab's processes. */
export function dovecotName(server: LabServer): string {
  return `dovecot-${server.address}`;
}

/**
 * One Dovecot 2.3 for one server; `services` are those of the server that are to run. `eventsUrl`: where it sends events
 * of clients to, where the server logs them; null: nowhere.
 */
export function configureDovecot(
  server: LabServer,
  { services, eventsUrl }: { readonly services: readonly DovecotService[]; readonly eventsUrl: string | null },
): ProcessSpec {
  const files = serverFiles(server, server.quirks.includes('host-by-sni-only') ? 'other-host' : 'main');
  // Port 0 is Dovecot's way to leave a listener out.
  const port = (service: DovecotService, number: number): string => String(services.includes(service) ? number : 0);
  const lines = [
    'protocols = imap pop3 sieve',
    `listen = ${server.address}`,
    'ssl = yes',
    `ssl_cert = <${files.chain}`,
    `ssl_key = <${files.key}`,
    'ssl_dh =',
    ...tlsSettings(server),
    ...deepSettings(server),
    ...clientSettings(server, eventsUrl),
    `disable_plaintext_auth = ${server.plaintextLogin ? 'no' : 'yes'}`,
    ...loginService('imap', [
      { name: 'imap', port: port('imap', 143), implicitTls: false },
      { name: 'imaps', port: port('imaps', 993), implicitTls: true },
    ]),
    ...loginService('pop3', [
      { name: 'pop3', port: port('pop3', 110), implicitTls: false },
      { name: 'pop3s', port: port('pop3s', 995), implicitTls: true },
    ]),
    ...loginService('managesieve', [{ name: 'sieve', port: port('sieve', 4190), implicitTls: false }]),
  ];
  const spec = configure(dovecotName(server), files.folder, lines);
  return { ...spec, env: { OPENSSL_CONF: opensslSettings(server) } };
}

function tlsSettings(server: LabServer): readonly string[] {
  const oldToo = server.quirks.includes('old-tls-too') || server.quirks.includes('old-tls-only');
  const main = serverFiles(server);
  const rsa = serverFiles(server, 'rsa');
  return [
    `ssl_min_protocol = ${oldToo ? 'TLSv1' : server.quirks.includes('tls-1.3-only') ? 'TLSv1.3' : 'TLSv1.2'}`,
    ...(server.quirks.includes('expired-rsa-too') ? [`ssl_alt_cert = <${rsa.chain}`, `ssl_alt_key = <${rsa.key}`] : []),
    // OpenSSL takes nothing below TLS 1.2 at Debian's security level.
    ...(oldToo ? ['ssl_cipher_list = HIGH:!kRSA:!aNULL@SECLEVEL=0'] : []),
    ...(server.quirks.includes('asks-for-client-certificate')
      ? [`ssl_ca = <${pki.root.certificateFile}`, 'ssl_verify_client_cert = yes', 'ssl_require_crl = no']
      : []),
    ...(server.quirks.includes('host-by-sni-only') ? server.hosts : []).flatMap((host) => [
      `local_name ${host} {`,
      `  ssl_cert = <${main.chain}`,
      `  ssl_key = <${main.key}`,
      '}',
    ]),
  ];
}

/** The only ceiling that Dovecot knows is that of OpenSSL's own configuration. Gives the file's name. */
function opensslSettings(server: LabServer): string {
  const ceiling = server.quirks.includes('old-tls-only') ? 'TLSv1.1' : 'TLSv1.2';
  if (!server.quirks.includes('old-tls-only') && !server.quirks.includes('no-tls-1.3')) return '/etc/ssl/openssl.cnf';
  const file = join(serverFiles(server).folder, 'openssl.cnf');
  const lines = ['openssl_conf = lab', '[lab]', 'ssl_conf = ssl', '[ssl]', 'system_default = all', '[all]'];
  writeFileSync(file, [...lines, `MaxProtocol = ${ceiling}`, ''].join('\n'));
  return file;
}

/** The value must not begin with a quote: Dovecot would take the outer ones away and answer NIL. */
function deepSettings({ deep, quirks }: LabServer): readonly string[] {
  const capability = 'imap_capability = +DEEP';
  if (quirks.includes('deep-without-status')) return [capability];
  if (deep === null) return [];
  const fields = quirks.includes('deep-status-field-only') ? ['deep-status'] : ['deep-status', 'deep'];
  return [
    capability,
    `imap_id_send = name "Dovecot" version * ${fields.map((field) => `${field} "${deep}"`).join(' ')}`,
  ];
}

/** The name that the client asked for is logged too: it is the host that a latch binds. */
const loginElements =
  'user=<%u> method=%m rip=%r lip=%l mpid=%e %c session=<%{session}> tls=<%k> local_name=%{local_name}';

function clientSettings({ quirks }: LabServer, eventsUrl: string | null): readonly string[] {
  if (!quirks.includes('logs-clients')) return [];
  return [
    'imap_id_log = *',
    'imap_id_retain = yes',
    `login_log_format_elements = ${loginElements}`,
    ...(eventsUrl === null ? [] : exportEvents(eventsUrl)),
  ];
}

function exportEvents(url: string): readonly string[] {
  const metric = (name: string, filter: string): readonly string[] => [
    `metric ${name} {`,
    `  filter = ${filter}`,
    '  exporter = clients',
    '}',
  ];
  return [
    'event_exporter clients {',
    '  transport = http-post',
    `  transport_args = ${url}`,
    '  format = json',
    '  format_args = time-rfc3339',
    '}',
    ...metric('logins', 'event=auth_client_request_finished'),
    ...metric('identities', 'event=imap_command_finished and cmd_name=ID'),
  ];
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

function loginService(protocol: 'imap' | 'pop3' | 'managesieve', listeners: readonly Listener[]): readonly string[] {
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

function logFile(name: string): string {
  return join(logsFolder, `${name}.log`);
}

/** What the Dovecot of a server writes down. */
export function dovecotLog(server: LabServer): string {
  return logFile(dovecotName(server));
}

function configure(name: string, folder: string, lines: readonly string[]): ProcessSpec {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, 'dovecot.conf');
  const text = [
    `base_dir = ${folder}/run`,
    `state_dir = ${folder}/state`,
    `log_path = ${logFile(name)}`,
    `mail_location = maildir:${folder}/mail`,
    'first_valid_uid = 1',
    'import_environment = TZ CORE_OUTOFMEM CORE_ERROR OPENSSL_CONF',
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
