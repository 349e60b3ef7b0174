import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { errorText } from '#lib/error-text.ts';
import type { UnpackedProgram } from './domain-types.ts';
import { checkoutFolder } from './folders.ts';
import { withLock } from './lock.ts';
import { missingPackages } from './packages.ts';
import { runCommand } from './run-command.ts';

/*
 * Mail servers that Debian does not install beside Postfix and Dovecot: each conflicts with one of them. Their packages
 * are downloaded once a checkout and unpacked there; nothing on the machine knows of them.
 */

interface Recipe {
  readonly packages: readonly string[];
  /** Of these, those that the machine lacks are unpacked beside it. */
  readonly libraries: readonly string[];
}

const recipes: Readonly<Record<UnpackedProgram, Recipe>> = {
  exim: {
    packages: ['exim4-daemon-light'],
    libraries: ['libidn12', 'libdb5.3', 'libgnutls-dane0', 'libgnutls30', 'libidn2-0', 'libnsl2', 'libpcre2-8-0'],
  },
  opensmtpd: {
    packages: ['opensmtpd'],
    libraries: ['libdb5.3', 'libevent-2.1-7', 'libpam0g', 'libssl3'],
  },
  cyrus: {
    packages: ['cyrus-common', 'cyrus-imapd', 'cyrus-pop3d'],
    libraries: [
      ...['libical3', 'libicu72', 'libjansson4', 'libkrb5-3', 'libldap-2.5-0', 'libpcre3', 'libpq5', 'libsasl2-2'],
      ...['libsasl2-modules', 'libsqlite3-0', 'libssl3', 'libtirpc3', 'libuuid1', 'libwrap0', 'libxapian30', 'libxml2'],
    ],
  },
};

const unpackedFolder = join(checkoutFolder, 'tests/lab/.state/unpacked');

/** Where the program's packages are unpacked, as if that were the root of the file system. */
export function programFolder(program: UnpackedProgram): string {
  return join(unpackedFolder, program);
}

export type Unpacked = { readonly ok: true } | { readonly ok: false; readonly reason: string };

/** Downloads and unpacks a program once for a checkout. Where that fails, says why: the lab does without it. */
export function unpackProgram(program: UnpackedProgram): Promise<Unpacked> {
  const folder = programFolder(program);
  return withLock('packages', async () => {
    // It runs among mounts of its own, which a container may not be allowed to make.
    const mounts = await runCommand('unshare', ['--mount', 'true']).catch(errorText);
    if (mounts !== '') return { ok: false, reason: `${program} cannot have mounts of its own here. ${mounts}` };
    if (existsSync(folder)) return { ok: true };
    const incoming = `${folder}.incoming`;
    rmSync(incoming, { recursive: true, force: true });
    mkdirSync(join(incoming, 'root'), { recursive: true });
    try {
      const { packages, libraries } = recipes[program];
      const wanted = [...packages, ...(await missingPackages(libraries))];
      console.error(`Downloading from Debian, to run without being installed: ${wanted.join(' ')}`);
      const download = (): Promise<string> => runCommand('apt-get', ['download', ...wanted], { cwd: incoming });
      // A machine may have no lists yet, or old ones.
      await download().catch(async () => {
        await runCommand('apt-get', ['update']);
        await download();
      });
      const files = readdirSync(incoming).filter((name) => name.endsWith('.deb'));
      for (const file of files) await runCommand('dpkg', ['-x', join(incoming, file), join(incoming, 'root')]);
      renameSync(join(incoming, 'root'), folder);
      return { ok: true };
    } catch (error) {
      return { ok: false, reason: `The packages of ${program} could not be downloaded. ${errorText(error)}` };
    } finally {
      rmSync(incoming, { recursive: true, force: true });
    }
  });
}
