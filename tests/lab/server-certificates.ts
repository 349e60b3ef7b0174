import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CertificateKind, LabDomain, LabServer } from './domain-types.ts';
import { runFolder } from './folders.ts';
import { createKey, issueCertificate, pkiIn, type Pki } from './pki.ts';

const dayMs = 86_400_000;

export const pkiFolder = join(runFolder, 'pki');
export const pki: Pki = pkiIn(pkiFolder);

/** Files that a server's configuration names. */
export interface ServerFiles {
  readonly folder: string;
  readonly key: string;
  readonly chain: string;
  /** Key and chain in one file, as Postfix takes it. */
  readonly keyAndChain: string;
}

export function serverFiles(server: LabServer): ServerFiles {
  const folder = join(runFolder, 'servers', server.address);
  const file = (name: string): string => join(folder, name);
  return { folder, key: file('key.pem'), chain: file('chain.pem'), keyAndChain: file('key-and-chain.pem') };
}

/** The key that a domain's TLSA records are made from, or the one before it. */
export function domainKey(domain: LabDomain, which: LabServer['key'] | 'never-served'): string {
  const folder = join(runFolder, 'keys');
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${domain.name}.${which}.pem`);
  if (!existsSync(file)) createKey(file);
  return file;
}

export interface Installation {
  readonly domain: LabDomain;
  readonly server: LabServer;
  readonly kind: CertificateKind;
  readonly key: LabServer['key'];
  readonly now: number;
}

/** Issues a certificate of this kind for a server and puts it in place; the server has to be told. */
export async function installCertificate(installation: Installation): Promise<void> {
  const { domain, server, kind, now } = installation;
  const keyFile = domainKey(domain, installation.key);
  const [notBefore, notAfter] = validity(kind, now);
  const leaf = await issueCertificate({
    names: kind === 'wrong-name' ? ['mail.elsewhere.test'] : server.hosts,
    keyFile,
    notBefore,
    notAfter,
    issuer: kind === 'self-signed' ? null : pki.intermediate,
  });
  const sendsIntermediate = kind !== 'self-signed' && kind !== 'missing-intermediate';
  const chain = sendsIntermediate ? leaf + readFileSync(pki.intermediate.certificateFile, 'utf8') : leaf;
  const key = readFileSync(keyFile, 'utf8');
  const files = serverFiles(server);
  mkdirSync(files.folder, { recursive: true });
  replace(files.key, key);
  replace(files.chain, chain);
  replace(files.keyAndChain, key + chain);
}

function validity(kind: CertificateKind, now: number): readonly [number, number] {
  switch (kind) {
    case 'good':
    case 'wrong-name':
    case 'self-signed':
    case 'missing-intermediate':
      return [now - 10 * dayMs, now + 80 * dayMs];
    case 'expired':
      return [now - 95 * dayMs, now - 5 * dayMs];
    case 'expires-in-3-days':
      return [now - 87 * dayMs, now + 3 * dayMs];
  }
}

function replace(file: string, content: string): void {
  writeFileSync(`${file}.new`, content, { mode: 0o600 });
  renameSync(`${file}.new`, file);
}
