import type { Result } from '../model/result.ts';
import { err } from '../model/result.ts';
import { parseCertificate, type Certificate } from './certificate.ts';

/** A chain of three has about 6 KiB. */
const longestPem = 65_536;

/**
 * Reads the first certificate of a PEM text (RFC 7468), which in a chain file is that of the server. The error is a
 * sentence for the person who pasted it.
 */
export function readPemCertificate(text: string): Result<Certificate> {
  if (text.length > longestPem)
    return err('That is longer than a certificate with its chain. Paste the certificate only.');
  if (text.includes('PRIVATE KEY-----')) {
    return err(
      'There is a private key in it: nothing was kept. Paste the certificate only, and think about a new key.',
    );
  }
  const body = /-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]+)-----END CERTIFICATE-----/.exec(text)?.[1];
  if (body === undefined) return err('There is no certificate in it: it begins with -----BEGIN CERTIFICATE-----.');
  const certificate = parseCertificate(Buffer.from(body, 'base64'));
  return certificate.ok ? certificate : err(`The certificate cannot be read: ${certificate.error}.`);
}
