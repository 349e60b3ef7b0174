import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ProcessSpec } from './processes.ts';
import type { ServedZone } from './zone-types.ts';
import { dnsFolder } from './zones.ts';

export interface NsdOptions {
  readonly name: string;
  readonly address: string;
  readonly zones: readonly ServedZone[];
}

/** An authoritative server. Root, TLD and zones have one each, so that resolvers get real referrals. */
export function configureNsd(options: NsdOptions): ProcessSpec {
  const folder = join(dnsFolder, options.name);
  mkdirSync(folder, { recursive: true });
  const file = join(folder, 'nsd.conf');
  const zones = options.zones.flatMap((zone) => ['zone:', `  name: ${zone.name}`, `  zonefile: "${zone.file}"`]);
  const lines = [
    'server:',
    `  ip-address: ${options.address}`,
    '  port: 53',
    '  username: ""',
    '  chroot: ""',
    '  database: ""',
    '  server-count: 1',
    `  zonesdir: "${folder}"`,
    `  xfrdir: "${folder}"`,
    `  xfrdfile: "${folder}/xfrd.state"`,
    `  zonelistfile: "${folder}/zone.list"`,
    `  pidfile: "${folder}/nsd.pid"`,
    '  rrl-ratelimit: 0',
    'remote-control:',
    '  control-enable: no',
    ...zones,
    '',
  ];
  writeFileSync(file, lines.join('\n'));
  return { name: options.name, command: '/usr/sbin/nsd', args: ['-d', '-c', file] };
}
