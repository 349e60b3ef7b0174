import { chownSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { mailPorts, type LabServer, type MailService } from './domain-types.ts';
import { amongOwnMounts, unpackedAt, userId } from './own-mounts.ts';
import type { ProcessSpec } from './processes.ts';
import { serverFiles } from './server-certificates.ts';

/** What Debian's Exim, which is built with GnuTLS, can be made to accept. */
const weakPriorities =
  'NORMAL:%COMPAT:-VERS-TLS-ALL:+VERS-TLS1.2:+VERS-TLS1.1:+VERS-TLS1.0:+ARCFOUR-128:+3DES-CBC:+NULL:+SHA1:+MD5';
/** No suite without forward secrecy, as RFC 9325 has it. */
const currentPriorities = 'NORMAL:-VERS-TLS-ALL:+VERS-TLS1.3:+VERS-TLS1.2:-RSA:-DHE-RSA:%SERVER_PRECEDENCE';

/** One Exim 4.96 for one server: SMTP on an MX and submission, both ways of TLS. */
export function configureExim(server: LabServer, services: readonly MailService[]): ProcessSpec {
  const files = serverFiles(server);
  const folder = join(files.folder, 'exim');
  const id = userId('Debian-exim');
  for (const path of ['spool', 'log']) {
    mkdirSync(join(folder, path), { recursive: true });
    chownSync(join(folder, path), id, id);
  }
  // Exim reads them after it dropped its privileges.
  for (const file of [files.key, files.chain]) chownSync(file, id, id);
  const lines = [
    `primary_hostname = ${server.hosts[0] ?? 'mail.test'}`,
    `spool_directory = ${folder}/spool`,
    `log_file_path = ${folder}/log/%slog`,
    'keep_environment =',
    `tls_certificate = ${files.chain}`,
    `tls_privatekey = ${files.key}`,
    'tls_advertise_hosts = *',
    `tls_require_ciphers = ${server.quirks.includes('weak-ciphers') ? weakPriorities : currentPriorities}`,
    `daemon_smtp_ports = ${services.map((service) => mailPorts[service]).join(' : ')}`,
    `local_interfaces = ${server.address}`,
    `tls_on_connect_ports = ${mailPorts.submissions}`,
    // No password before TLS, and none on the port of the MX.
    `auth_advertise_hosts = \${if or{{eq{$tls_in_cipher}{}}{eq{$received_port}{${mailPorts.smtp}}}}{}{*}}`,
    'acl_smtp_mail = mail',
    'acl_smtp_rcpt = deny',
    'host_lookup =',
    'smtp_accept_max = 100',
    'log_selector = +smtp_syntax_error',
    'begin acl',
    'mail:',
    `  deny condition = \${if eq{$received_port}{${mailPorts.submission}}}`,
    '       !encrypted = *',
    '       message = 530 5.7.0 Must issue a STARTTLS command first',
    '  accept',
    'begin authenticators',
    'plain:',
    '  driver = plaintext',
    '  public_name = PLAIN',
    '  server_condition = ${if eq{$auth3}{secret}}',
    '  server_set_id = $auth2',
    '',
  ];
  const file = join(folder, 'exim.conf');
  writeFileSync(file, lines.join('\n'));
  return amongOwnMounts({
    name: `exim-${server.address}`,
    program: 'exim',
    folder,
    emptied: [],
    made: [],
    command: [`${unpackedAt}/usr/sbin/exim4`, '-C', file, '-bdf'],
  });
}
