import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { mailPorts, type LabServer, type MailService } from './domain-types.ts';
import { amongOwnMounts, unpackedAt } from './own-mounts.ts';
import type { ProcessSpec } from './processes.ts';
import { serverFiles } from './server-certificates.ts';

/**
 * One OpenSMTPD 6.8 for one server. As Debian 12 has it, against OpenSSL 3, no TLS handshake succeeds: its processes
 * share the private key in a way that OpenSSL 3 no longer supports (OpenSMTPD issues 1171 and 1239).
 */
export function configureOpensmtpd(server: LabServer, services: readonly MailService[]): ProcessSpec {
  const files = serverFiles(server);
  const folder = join(files.folder, 'opensmtpd');
  mkdirSync(folder, { recursive: true });
  const host = server.hosts[0] ?? 'mail.test';
  const lines = [
    `pki ${host} cert "${files.chain}"`,
    `pki ${host} key "${files.key}"`,
    `table users file:${folder}/users`,
    ...services.map((service) => {
      const listen = `listen on ${server.address} port ${mailPorts[service]} hostname ${host}`;
      return `${listen} ${tlsOf(service)} pki ${host}${service === 'smtp' ? '' : ' auth <users>'}`;
    }),
    'match from any for any reject',
    '',
  ];
  writeFileSync(join(folder, 'users'), 'nobody *\n');
  const file = join(folder, 'smtpd.conf');
  writeFileSync(file, lines.join('\n'));
  return amongOwnMounts({
    name: `opensmtpd-${server.address}`,
    program: 'opensmtpd',
    folder,
    emptied: ['/var/spool', '/var/lib'],
    made: [
      { path: '/var/spool/smtpd', mode: '711' },
      { path: '/var/lib/opensmtpd/empty', mode: '755' },
    ],
    command: [`${unpackedAt}/usr/sbin/smtpd`, '-d', '-f', file],
  });
}

function tlsOf(service: MailService): string {
  switch (service) {
    case 'submissions':
      return 'smtps';
    case 'submission':
      return 'tls-require';
    default:
      return 'tls';
  }
}
