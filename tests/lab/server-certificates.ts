import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CertificateKind, LabDomain, LabServer, WebSite } from './domain-types.ts';
import { runFolder } from './folders.ts';
import { createKey, createRsaKey, issueServerCertificate, pkiIn, type Pki } from './pki.ts';

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

/**
 * Some servers have a second set: `other-host` is what they serve to who names no host, `smtp` what an SMTP server
 * serves that was not reloaded, `rsa` the second certificate of a server that has two.
 */
export type CertificateSet = 'main' | 'other-host' | 'smtp' | 'rsa';

/** The files of one address. */
export function serverFiles({ address }: { readonly address: string }, set: CertificateSet = 'main'): ServerFiles {
  const folder = join(runFolder, 'servers', address);
  const prefix = set === 'main' ? '' : `${set}-`;
  const file = (name: string): string => join(folder, `${prefix}${name}`);
  return { folder, key: file('key.pem'), chain: file('chain.pem'), keyAndChain: file('key-and-chain.pem') };
}

/** The key that a domain's TLSA records are made from, or the one before it. */
export function domainKey(
  domain: LabDomain,
  which: LabServer['key'] | 'never-served',
  type: LabServer['keyType'] = 'ec',
): string {
  const folder = join(runFolder, 'keys');
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${domain.name}.${which}.${type}.pem`);
  if (!existsSync(file)) (type === 'ec' ? createKey : createRsaKey)(file);
  return file;
}

/** Issues all that the servers and web sites of a domain serve at first. */
export function installCertificates(domain: LabDomain, now: number): void {
  for (const server of domain.servers) {
    const usual = { server, keyFile: domainKey(domain, server.key, server.keyType), now };
    installCertificate({ ...usual, kind: server.certificate, set: 'main' });
    if (server.quirks.includes('host-by-sni-only')) {
      installCertificate({ ...usual, kind: 'wrong-name', set: 'other-host' });
    }
    if (server.quirks.includes('expired-rsa-too')) {
      installCertificate({ server, keyFile: domainKey(domain, server.key, 'rsa'), now, kind: 'expired', set: 'rsa' });
    }
    if (server.quirks.includes('smtp-not-reloaded')) installCertificate({ ...usual, kind: 'previous', set: 'smtp' });
  }
  // A site on a mail server's address has that one's certificate.
  const sites = domain.web.filter((site) => !domain.servers.some((server) => server.address === site.address));
  for (const server of sites) {
    installCertificate({
      server,
      kind: server.certificate,
      keyFile: domainKey(domain, 'current'),
      now,
      set: 'main',
    });
  }
}

export interface Installation {
  readonly server: Pick<LabServer | WebSite, 'address' | 'hosts'>;
  readonly kind: CertificateKind;
  readonly keyFile: string;
  readonly now: number;
  readonly set: CertificateSet;
}

/** Issues a certificate of this kind for a server and puts it in place; the server has to be told. */
export function installCertificate(installation: Installation): void {
  const { server, kind, keyFile, now, set } = installation;
  const [notBefore, notAfter] = validity(kind, now);
  const leaf = issueServerCertificate({
    names: kind === 'wrong-name' ? ['mail.elsewhere.test'] : server.hosts,
    keyFile,
    notBefore,
    notAfter,
    issuer: kind === 'self-signed' ? null : pki.intermediate,
  });
  const sendsIntermediate = kind !== 'self-signed' && kind !== 'missing-intermediate';
  const chain = sendsIntermediate ? leaf + readFileSync(pki.intermediate.certificateFile, 'utf8') : leaf;
  const key = readFileSync(keyFile, 'utf8');
  const files = serverFiles(server, set);
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
    case 'previous':
      return [now - 60 * dayMs, now + 30 * dayMs];
    case 'expires-in-3-days':
      return [now - 87 * dayMs, now + 3 * dayMs];
  }
}

function replace(file: string, content: string): void {
  writeFileSync(`${file}.new`, content, { mode: 0o600 });
  renameSync(`${file}.new`, file);
}
