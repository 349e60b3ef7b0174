import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { UnpackedProgram } from './domain-types.ts';
import { runFolder } from './folders.ts';
import type { ProcessSpec } from './processes.ts';
import { programFolder } from './unpack.ts';

/** Where a program that runs among mounts of its own finds what was unpacked for it. */
export const unpackedAt = '/mnt/root';

/** Users that the packages would have made; they exist among those mounts only. */
const users = { 'Debian-exim': 64_990, opensmtpd: 64_991, opensmtpq: 64_992, cyrus: 64_993 } as const;
export type UnpackedUser = keyof typeof users;

export function userId(user: UnpackedUser): number {
  return users[user];
}

export interface OwnMounts {
  readonly name: string;
  readonly program: UnpackedProgram;
  /** Of this server: scripts and accounts are written there. */
  readonly folder: string;
  /** Folders beside /run that are empty for this program, whatever the machine has there. */
  readonly emptied: readonly string[];
  /** Folders made within them; the mode as chmod takes it. */
  readonly made: readonly { readonly path: string; readonly mode: string }[];
  readonly command: readonly string[];
}

/**
 * A program that sees its packages, its users and its folders where Debian would have put them, by mounts that no other
 * program sees and that end with it. The machine stays as it was.
 */
export function amongOwnMounts({ name, program, folder, emptied, made, command }: OwnMounts): ProcessSpec {
  mkdirSync(folder, { recursive: true });
  const script = join(folder, `${program}.sh`);
  const accounts = { passwd: join(folder, 'passwd'), group: join(folder, 'group') };
  const all = Object.entries(users);
  const passwd = all.map(([user, id]) => `${user}:x:${id}:${id}::/nonexistent:/usr/sbin/nologin\n`);
  writeFileSync(accounts.passwd, readFileSync('/etc/passwd', 'utf8') + passwd.join(''));
  writeFileSync(
    accounts.group,
    readFileSync('/etc/group', 'utf8') + all.map(([user, id]) => `${user}:x:${id}:\n`).join(''),
  );
  const lines = [
    'set -e',
    'mount -t tmpfs tmpfs /mnt',
    `mkdir ${unpackedAt} /mnt/run`,
    `mount --bind ${programFolder(program)} ${unpackedAt}`,
    `mount --bind ${runFolder} /mnt/run`,
    ...['/run', ...emptied].map((path) => `mount -t tmpfs tmpfs ${path}`),
    // The lab's own folder is below /run, which is emptied too.
    `mkdir -p ${runFolder}`,
    `mount --bind /mnt/run ${runFolder}`,
    `mount --bind ${accounts.passwd} /etc/passwd`,
    `mount --bind ${accounts.group} /etc/group`,
    ...made.map(({ path, mode }) => `mkdir -p ${path} && chmod ${mode} ${path}`),
    `export LD_LIBRARY_PATH=${unpackedAt}/usr/lib/x86_64-linux-gnu:${unpackedAt}/lib/x86_64-linux-gnu`,
    `exec ${command.join(' ')}`,
    '',
  ];
  writeFileSync(script, lines.join('\n'));
  return { name, command: '/usr/bin/unshare', args: ['--mount', '/bin/sh', script] };
}
