import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { dnsAddresses } from './addresses.ts';
import type { ProcessSpec } from './processes.ts';
import { dnsFolder, rootHintsFile, trustAnchorsFile } from './zones.ts';

/** The recursive resolver. It validates with the lab's own root key. */
export function configureUnbound(): ProcessSpec {
  const folder = join(dnsFolder, 'unbound');
  mkdirSync(folder, { recursive: true });
  const file = join(folder, 'unbound.conf');
  const lines = [
    'server:',
    `  interface: ${dnsAddresses.resolver}`,
    '  access-control: 127.0.0.0/8 allow',
    '  chroot: ""',
    '  username: ""',
    `  directory: "${folder}"`,
    '  pidfile: ""',
    '  use-syslog: no',
    '  do-daemonize: no',
    '  num-threads: 1',
    '  do-ip6: no',
    // Without this line nothing on 127.0.0.0/8 is asked, and nothing resolves.
    '  do-not-query-localhost: no',
    `  root-hints: "${rootHintsFile}"`,
    `  trust-anchor-file: "${trustAnchorsFile}"`,
    '  module-config: "validator iterator"',
    // unbound answers NXDOMAIN for test. by itself unless told otherwise (RFC 6761).
    '  local-zone: "test." nodefault',
    '  ede: yes',
    '  val-log-level: 2',
    // The lab changes under the resolver: it may remember for moments only.
    '  cache-max-ttl: 5',
    '  cache-max-negative-ttl: 1',
    '  infra-host-ttl: 1',
    '  val-bogus-ttl: 1',
    // What was not asked for is not concluded from what was.
    '  aggressive-nsec: no',
    // A server that drops questions is given up within the patience of those who ask.
    '  infra-cache-max-rtt: 1000',
    '  outbound-msg-retry: 2',
    // The default tolerance would hide signatures that expired a moment ago.
    '  val-sig-skew-min: 0',
    '  val-sig-skew-max: 0',
    'remote-control:',
    '  control-enable: no',
    '',
  ];
  writeFileSync(file, lines.join('\n'));
  return { name: 'unbound', command: '/usr/sbin/unbound', args: ['-d', '-c', file] };
}
