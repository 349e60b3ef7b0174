import { chmodSync, existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { withLock } from './lock.ts';
import { runCommand } from './run-command.ts';

const policyFile = '/usr/sbin/policy-rc.d';
const savedPolicyFile = '/usr/sbin/policy-rc.d.before-latchwatch-lab';
const policy = '#!/bin/sh\n# Written by the Latchwatch lab while it installs packages.\nexit 101\n';

/**
 * Installs the Debian packages among `names` that are missing, without starting their services.
 * @throws Error with the one command to run where this process cannot install them.
 */
export async function ensurePackages(names: readonly string[]): Promise<void> {
  if ((await missingPackages(names)).length === 0) return;
  await withLock('packages', async () => {
    const missing = await missingPackages(names);
    if (missing.length === 0) return;
    const list = missing.join(' ');
    if (readRelease().id !== 'debian') {
      throw new Error(`These Debian packages are needed: ${list}. This is not Debian: run it on Debian 12.`);
    }
    if (process.getuid?.() !== 0) {
      throw new Error(`These Debian packages are needed: ${list}. Run: sudo apt-get install ${list}`);
    }
    console.error(`Installing from Debian: ${list}`);
    await withoutServiceStarts(async () => {
      const env = { DEBIAN_FRONTEND: 'noninteractive' };
      const lockTimeout = ['-o', 'DPkg::Lock::Timeout=300'];
      await runCommand('apt-get', [...lockTimeout, 'update'], { env });
      // --no-remove: never take the machine's own mail server away to make room for ours.
      const install = ['install', '--yes', '--no-install-recommends', '--no-remove'];
      await runCommand('apt-get', [...lockTimeout, ...install, ...missing], { env });
    });
  });
}

/** @throws Error where the lab's configuration does not fit the machine: Debian 12 has Dovecot 2.3, 13 has 2.4. */
export function requireDebian12(): void {
  const { id, version } = readRelease();
  if (id === 'debian' && version === '12') return;
  throw new Error(`The lab needs Debian 12 (it configures Dovecot 2.3); ${id} ${version} is not supported.`);
}

/** Those among the Debian packages that are not installed. */
export async function missingPackages(names: readonly string[]): Promise<readonly string[]> {
  if (!existsSync('/usr/bin/dpkg-query')) return names;
  const printed = await runCommand('/usr/bin/dpkg-query', ['--show', '--showformat=${Package} ${db:Status-Status}\n']);
  const installed = new Set(printed.split('\n').filter((line) => line.endsWith(' installed')));
  return names.filter((name) => !installed.has(`${name} installed`));
}

/** What maintainer scripts ask before they start a service (invoke-rc.d); 101 means "not allowed". */
async function withoutServiceStarts(work: () => Promise<void>): Promise<void> {
  // Ours is still there when an earlier run was killed: that one is not worth keeping.
  const isOurs = existsSync(policyFile) && readFileSync(policyFile, 'utf8') === policy;
  if (existsSync(policyFile) && !isOurs) renameSync(policyFile, savedPolicyFile);
  writeFileSync(policyFile, policy);
  chmodSync(policyFile, 0o755);
  try {
    await work();
  } finally {
    rmSync(policyFile);
    if (existsSync(savedPolicyFile)) renameSync(savedPolicyFile, policyFile);
  }
}

function readRelease(): { readonly id: string; readonly version: string } {
  const text = existsSync('/etc/os-release') ? readFileSync('/etc/os-release', 'utf8') : '';
  const value = (key: string): string => new RegExp(`^${key}="?([^"\n]*)"?$`, 'm').exec(text)?.[1] ?? '';
  return { id: value('ID') || process.platform, version: value('VERSION_ID') };
}
