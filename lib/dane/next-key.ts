import { createPublicKey } from 'node:crypto';
import type { TlsaRecord } from '../model/observation.ts';
import { err, ok, type Result } from '../model/result.ts';
import { readGivenPem } from '../planner/given-pem.ts';
import { digestHex, type Certificate } from '../x509/certificate.ts';
import { readRequestedKey } from '../x509/signing-request.ts';
import { tlsaOwner } from './served-tlsa.ts';
import { tlsaText } from './record.ts';

/** The public part of a key that is to be used next. */
export interface NextKey {
  readonly given: 'csr' | 'certificate' | 'public-key';
  /** DER of the SubjectPublicKeyInfo. */
  readonly spki: Uint8Array;
  /** Null: none was given. */
  readonly certificate: Certificate | null;
}

const request =
  /-----BEGIN (?:NEW )?CERTIFICATE REQUEST-----([A-Za-z0-9+/=\s]+)-----END (?:NEW )?CERTIFICATE REQUEST-----/;

/**
 * Reads a signing request, a certificate or a public key in PEM. A private key is refused, with whatever is beside it. The
 * error is a sentence for the person who pasted it.
 */
export function readNextKey(text: string): Result<NextKey> {
  const given = readGivenPem(text);
  if (given.ok) {
    if (given.value.kind === 'public-key')
      return ok({ given: 'public-key', spki: given.value.spki, certificate: null });
    const [certificate] = given.value.certificates;
    return certificate === undefined
      ? err('There is no certificate in it.')
      : ok({ given: 'certificate', spki: certificate.spki, certificate });
  }
  // What is too long or has a private key in it was refused for that.
  if (text.length > 65_536 || text.includes('PRIVATE KEY-----')) return given;
  const body = request.exec(text)?.[1];
  if (body === undefined) return err('Paste a signing request, a certificate or a public key in PEM.');
  const key = readRequestedKey(Buffer.from(body, 'base64'));
  return key.ok
    ? ok({ given: 'csr', spki: key.value, certificate: null })
    : err(`The signing request cannot be read: ${key.error}.`);
}

/** `rsa`, `ec`, `ed25519`, …; `unknown` where OpenSSL cannot tell. */
export function keyTypeOf(spki: Uint8Array): string {
  try {
    return createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' }).asymmetricKeyType ?? 'unknown';
  } catch {
    return 'unknown';
  }
}

export const recordForms = ['3 1 1', '2 1 1', '3 0 1', '2 0 1', '3 1 2'] as const;
export type RecordForm = (typeof recordForms)[number];

/** The record of a key in the wanted form (RFC 6698 section 2.1). The error is a sentence. */
export function recordOf(
  { spki, certificate }: Pick<NextKey, 'spki' | 'certificate'>,
  form: RecordForm,
): Result<TlsaRecord> {
  const [usage = 3, selector = 1, matchingType = 1] = form.split(' ').map(Number);
  if (selector === 0 && certificate === null) {
    return err(`A ${form} record is of the whole certificate: paste that, or choose 3 1 1.`);
  }
  if (usage === 2 && certificate?.isAuthority === false) {
    return err(
      `A ${form} record names a CA. This is the certificate of a server: paste that of its CA, or choose 3 1 1.`,
    );
  }
  if (usage === 3 && certificate?.isAuthority === true) {
    return err(`A ${form} record names the certificate of the server. This is that of a CA: choose 2 1 1.`);
  }
  const bytes = selector === 0 && certificate !== null ? certificate.der : spki;
  return ok({ usage, selector, matchingType, data: digestHex(bytes, matchingType === 2 ? 'sha512' : 'sha256') });
}

/** The record as a line of a zone file. */
export function tlsaLine(place: { readonly host: string; readonly port: number }, record: TlsaRecord): string {
  return `${tlsaOwner(place)}. IN TLSA ${tlsaText(record)}`;
}
