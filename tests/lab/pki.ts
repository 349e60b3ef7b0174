import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { issueCertificate } from '#tests/support/certificates.ts';

/** A certificate with its key, as PEM files. */
export interface Authority {
  readonly commonName: string;
  readonly certificateFile: string;
  readonly keyFile: string;
}

/** Trust of the lab: the root is LATCHWATCH_CA_FILE, the intermediate signs what servers have. */
export interface Pki {
  readonly root: Authority;
  readonly intermediate: Authority;
}

export interface CertificateRequest {
  /** DNS-IDs; the first one is also the common name. */
  readonly names: readonly string[];
  readonly keyFile: string;
  /** Instants in milliseconds. */
  readonly notBefore: number;
  readonly notAfter: number;
  /** Null: signed with its own key. */
  readonly issuer: Authority | null;
}

const dayMs = 86_400_000;

export function pkiIn(folder: string): Pki {
  const authority = (name: string, commonName: string): Authority => ({
    commonName,
    certificateFile: join(folder, `${name}.pem`),
    keyFile: join(folder, `${name}.key`),
  });
  return {
    root: authority('root', 'Latchwatch Lab Root'),
    intermediate: authority('intermediate', 'Latchwatch Lab Intermediate'),
  };
}

export function createPki(folder: string, now: number): Pki {
  mkdirSync(folder, { recursive: true });
  const pki = pkiIn(folder);
  const sign = (authority: Authority, issuer: Authority | null): void => {
    createKey(authority.keyFile);
    const { pem } = issueCertificate({
      ...signer(authority),
      ...(issuer === null ? {} : { issuer: signer(issuer), pathLength: 0 }),
      notBefore: now - 30 * dayMs,
      notAfter: now + 3650 * dayMs,
      isAuthority: true,
    });
    writeFileSync(authority.certificateFile, pem);
  };
  sign(pki.root, null);
  sign(pki.intermediate, pki.root);
  return pki;
}

/** Makes a P-256 key, readable by its owner only. */
export function createKey(file: string): void {
  writeKey(file, generateKeyPairSync('ec', { namedCurve: 'prime256v1' }).privateKey);
}

/** Makes a 2048-bit RSA key, readable by its owner only. */
export function createRsaKey(file: string): void {
  writeKey(file, generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey);
}

/** Issues a server certificate; gives it as PEM. Made in this process: a hundred runs of openssl would take seconds. */
export function issueServerCertificate(request: CertificateRequest): string {
  const { names, keyFile, notBefore, notAfter, issuer } = request;
  return issueCertificate({
    commonName: names[0] ?? 'nobody',
    dnsNames: names,
    key: readKey(keyFile),
    ...(issuer === null ? {} : { issuer: signer(issuer) }),
    notBefore,
    notAfter,
  }).pem;
}

/** Data of a TLSA 3 1 1 record (RFC 6698): SHA-256 of the public key. */
export function publicKeyDigest(keyFile: string): string {
  const publicKey = createPublicKey(readFileSync(keyFile));
  return createHash('sha256')
    .update(publicKey.export({ type: 'spki', format: 'der' }))
    .digest('hex');
}

function writeKey(file: string, key: KeyObject): void {
  writeFileSync(file, key.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
}

function signer({ commonName, keyFile }: Authority): { readonly commonName: string; readonly key: KeyObject } {
  return { commonName, key: readKey(keyFile) };
}

function readKey(file: string): KeyObject {
  return createPrivateKey(readFileSync(file));
}
