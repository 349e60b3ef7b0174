import { createHash, createPublicKey, generateKeyPairSync } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runCommand } from './run-command.ts';

/** A certificate with its key, as PEM files. */
export interface Authority {
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
  const authority = (name: string): Authority => ({
    certificateFile: join(folder, `${name}.pem`),
    keyFile: join(folder, `${name}.key`),
  });
  return { root: authority('root'), intermediate: authority('intermediate') };
}

export async function createPki(folder: string, now: number): Promise<Pki> {
  mkdirSync(folder, { recursive: true });
  const pki = pkiIn(folder);
  const sign = async (subject: string, authority: Authority, issuer: Authority | null): Promise<void> => {
    createKey(authority.keyFile);
    const pem = await signCertificate({
      subject,
      keyFile: authority.keyFile,
      issuer,
      notBefore: now - 30 * dayMs,
      notAfter: now + 3650 * dayMs,
      extensions: [
        `basicConstraints = critical, CA:TRUE${issuer === null ? '' : ', pathlen:0'}`,
        'keyUsage = critical, keyCertSign, cRLSign',
        'subjectKeyIdentifier = hash',
      ],
    });
    writeFileSync(authority.certificateFile, pem);
  };
  await sign('Latchwatch Lab Root', pki.root, null);
  await sign('Latchwatch Lab Intermediate', pki.intermediate, pki.root);
  return pki;
}

/** Makes a P-256 key, readable by its owner only. */
export function createKey(file: string): void {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  writeFileSync(file, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
}

/** Issues a server certificate; gives it as PEM. */
export function issueCertificate(request: CertificateRequest): Promise<string> {
  return signCertificate({
    ...request,
    subject: request.names[0] ?? 'nobody',
    extensions: [
      'basicConstraints = CA:FALSE',
      'keyUsage = critical, digitalSignature',
      'extendedKeyUsage = serverAuth',
      `subjectAltName = ${request.names.map((name) => `DNS:${name}`).join(', ')}`,
    ],
  });
}

/** Data of a TLSA 3 1 1 record (RFC 6698): SHA-256 of the public key. */
export function publicKeyDigest(keyFile: string): string {
  const publicKey = createPublicKey(readFileSync(keyFile));
  return createHash('sha256')
    .update(publicKey.export({ type: 'spki', format: 'der' }))
    .digest('hex');
}

interface Signing extends Omit<CertificateRequest, 'names'> {
  readonly subject: string;
  readonly extensions: readonly string[];
}

/** `openssl ca`, because it takes any dates; each call has a database of its own, so calls may overlap. */
async function signCertificate(signing: Signing): Promise<string> {
  const folder = mkdtempSync('/tmp/latchwatch-lab-ca-');
  const file = (name: string): string => join(folder, name);
  try {
    const issuer = signing.issuer ?? { keyFile: signing.keyFile, certificateFile: null };
    writeFileSync(file('index.txt'), '');
    writeFileSync(
      file('ca.conf'),
      [
        '[ca]',
        'default_ca = lab',
        '[lab]',
        `database = ${file('index.txt')}`,
        `new_certs_dir = ${folder}`,
        'rand_serial = yes',
        'default_md = sha256',
        'policy = anything',
        'x509_extensions = wanted',
        '[anything]',
        'commonName = supplied',
        '[wanted]',
        ...signing.extensions,
        '[req]',
        'distinguished_name = none',
        '[none]',
        '',
      ].join('\n'),
    );
    const config = ['-config', file('ca.conf')];
    await runCommand('openssl', [
      ...['req', '-new', ...config, '-key', signing.keyFile],
      ...['-subj', `/CN=${signing.subject}`, '-out', file('request.pem')],
    ]);
    await runCommand('openssl', [
      ...['ca', '-batch', '-notext', ...config, '-in', file('request.pem'), '-out', file('certificate.pem')],
      ...['-startdate', opensslTime(signing.notBefore), '-enddate', opensslTime(signing.notAfter)],
      ...['-keyfile', issuer.keyFile],
      ...(issuer.certificateFile === null ? ['-selfsign'] : ['-cert', issuer.certificateFile]),
    ]);
    return readFileSync(file('certificate.pem'), 'utf8');
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** YYYYMMDDHHMMSSZ */
function opensslTime(instant: number): string {
  return `${new Date(instant).toISOString().replaceAll(/[-:T]/g, '').slice(0, 14)}Z`;
}
