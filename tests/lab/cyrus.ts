import { chownSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { mailPorts, type LabServer, type MailService } from './domain-types.ts';
import { amongOwnMounts, unpackedAt, userId } from './own-mounts.ts';
import type { ProcessSpec } from './processes.ts';
import { serverFiles } from './server-certificates.ts';

const programs: Readonly<Partial<Record<MailService, string>>> = {
  imap: 'imapd -U 30',
  imaps: 'imapd -s -U 30',
  pop3: 'pop3d -U 30',
  pop3s: 'pop3d -s -U 30',
  sieve: 'timsieved',
};

/** One Cyrus IMAP 3.6 for one server. */
export function configureCyrus(server: LabServer, services: readonly MailService[]): ProcessSpec {
  const files = serverFiles(server);
  const folder = join(files.folder, 'cyrus');
  const id = userId('cyrus');
  const state = [
    'lib',
    'spool',
    'proc',
    'lock',
    ...['db', 'log', 'msg', 'quota', 'user', 'socket'].map((one) => `lib/${one}`),
  ];
  for (const path of state) {
    mkdirSync(join(folder, path), { recursive: true });
    chownSync(join(folder, path), id, id);
  }
  for (const file of [files.key, files.chain]) chownSync(file, id, id);
  const settings = [
    `configdirectory: ${folder}/lib`,
    `partition-default: ${folder}/spool`,
    'defaultpartition: default',
    `proc_path: ${folder}/proc`,
    `mboxname_lockpath: ${folder}/lock`,
    `idlesocket: ${folder}/lib/socket/idle`,
    `lmtpsocket: ${folder}/lib/socket/lmtp`,
    'cyrus_user: cyrus',
    'sasl_pwcheck_method: auxprop',
    'sasl_auxprop_plugin: sasldb',
    'sasl_mech_list: PLAIN LOGIN',
    'allowplaintext: no',
    `tls_server_cert: ${files.chain}`,
    `tls_server_key: ${files.key}`,
    'tls_versions: tls1_2 tls1_3',
    `servername: ${server.hosts[0] ?? 'mail.test'}`,
    '',
  ];
  const imapd = join(folder, 'imapd.conf');
  writeFileSync(imapd, settings.join('\n'));
  const listeners = services.map((service) => {
    const [program = '', ...args] = (programs[service] ?? '').split(' ');
    const command = [`${unpackedAt}/usr/lib/cyrus/bin/${program}`, '-C', imapd, ...args].join(' ');
    return `  ${service} cmd="${command}" listen="${server.address}:${mailPorts[service]}" prefork=0`;
  });
  const file = join(folder, 'cyrus.conf');
  writeFileSync(file, ['START {', '}', 'SERVICES {', ...listeners, '}', ''].join('\n'));
  return amongOwnMounts({
    name: `cyrus-${server.address}`,
    program: 'cyrus',
    folder,
    emptied: [],
    made: [],
    command: [`${unpackedAt}/usr/lib/cyrus/bin/master`, '-D', '-C', imapd, '-M', file, '-p', `${folder}/master.pid`],
  });
}
