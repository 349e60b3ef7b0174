import { createPublicKey } from 'node:crypto';
import { err, ok, type Result } from '../model/result.ts';
import { parseCertificate, type Certificate } from '../x509/certificate.ts';

/** A chain of three has about 6 KiB. */
const longestPem = 65_536;
const maxCertificates = 10;

/** What somebody pasted, cleaned of everything else. */
export type GivenPem =
  /** As they stood, that of the server first. */
  | { readonly kind: 'certificates'; readonly pem: string; readonly certificates: readonly Certificate[] }
  /** `spki`: DER of the SubjectPublicKeyInfo. */
  | { readonly kind: 'public-key'; readonly pem: string; readonly spki: Uint8Array };

/**
 * Reads PEM text (RFC 7468) with certificates or a public key. A private key is refused as a whole. The error is a
 * sentence for the person who pasted it.
 */
export function readGivenPem(text: string): Result<GivenPem> {
  if (text.length > longestPem) return err('That is longer than a certificate with its chain.');
  if (text.includes('PRIVATE KEY-----')) {
    return err(
      'There is a private key in it: nothing was kept. Paste the certificate only, and think about a new key.',
    );
  }
  const blocks = readBlocks(text, 'CERTIFICATE').slice(0, maxCertificates);
  const certificates: Certificate[] = [];
  for (const der of blocks) {
    const certificate = parseCertificate(der);
    if (!certificate.ok) return err(`The certificate cannot be read: ${certificate.error}.`);
    certificates.push(certificate.value);
  }
  if (certificates.length > 0) {
    return ok({
      kind: 'certificates',
      pem: blocks.map((der) => writeBlock('CERTIFICATE', der)).join(''),
      certificates,
    });
  }
  const spki = readBlocks(text, 'PUBLIC KEY')[0];
  if (spki === undefined) return err('There is neither a certificate nor a public key in it.');
  try {
    createPublicKey({ key: spki, format: 'der', type: 'spki' });
  } catch {
    return err('The public key cannot be read.');
  }
  return ok({ kind: 'public-key', pem: writeBlock('PUBLIC KEY', spki), spki });
}

function readBlocks(text: string, label: string): readonly Buffer[] {
  const pattern = new RegExp(`-----BEGIN ${label}-----([A-Za-z0-9+/=\\s]+)-----END ${label}-----`, 'g');
  return [...text.matchAll(pattern)].map(([, body = '']) => Buffer.from(body, 'base64'));
}

function writeBlock(label: string, der: Buffer): string {
  const lines = der.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`;
}
