import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bindResolver } from './addresses.ts';
import type { ProcessSpec } from './processes.ts';
import { dnsFolder, rootHintsFile, trustAnchorsFile } from './zones.ts';

/** A second validating resolver by other authors, as a second opinion on what unbound says. */
export function configureBind(): ProcessSpec {
  const folder = join(dnsFolder, 'bind');
  mkdirSync(folder, { recursive: true });
  const file = join(folder, 'named.conf');
  const lines = [
    'options {',
    `  directory "${folder}";`,
    `  managed-keys-directory "${folder}";`,
    '  pid-file none;',
    '  session-keyfile none;',
    `  listen-on port ${bindResolver.port} { ${bindResolver.address}; };`,
    '  listen-on-v6 { none; };',
    '  recursion yes;',
    '  dnssec-validation yes;',
    // Zones that BIND answers by itself, as unbound does with test.
    '  empty-zones-enable no;',
    // What was not asked for is not concluded from what was.
    '  synth-from-dnssec no;',
    // The lab changes under the resolver: it may remember for moments only.
    '  max-cache-ttl 5;',
    '  max-ncache-ttl 1;',
    '  lame-ttl 0;',
    '  servfail-ttl 0;',
    '  max-cache-size 16m;',
    // A server that drops questions is given up within the patience of those who ask.
    '  resolver-query-timeout 10000;',
    '};',
    'controls { };',
    `zone "." { type hint; file "${rootHintsFile}"; };`,
    `trust-anchors { . static-key ${anchor()}; };`,
    '',
  ];
  writeFileSync(file, lines.join('\n'));
  return { name: 'bind', command: '/usr/sbin/named', args: ['-g', '-n', '1', '-c', file] };
}

/** Of `. 3600 IN DNSKEY 257 3 13 key` the last four, with the key in quotes. */
function anchor(): string {
  const [flags = '', protocol = '', algorithm = '', ...key] = readFileSync(trustAnchorsFile, 'utf8')
    .trim()
    .split(' ')
    .slice(4);
  return `${flags} ${protocol} ${algorithm} "${key.join('')}"`;
}
