import { createPublicKey } from 'node:crypto';
import { err, ok, type Result } from '../model/result.ts';
import { derTag, readDerElement, readDerElements } from './der.ts';

/**
 * The public key in a certification request (PKCS #10, RFC 2986 section 4.1), as DER of its SubjectPublicKeyInfo. The
 * signature is not looked at: only the key is wanted. Garbage gives a reason, never an exception.
 */
export function readRequestedKey(der: Uint8Array): Result<Uint8Array> {
  const outer = readDerElement(der);
  const info = outer?.tag === derTag.sequence ? readDerElement(outer.contents) : undefined;
  const [version, , key] = (info?.tag === derTag.sequence ? readDerElements(info.contents) : undefined) ?? [];
  if (version?.tag !== derTag.integer || key?.tag !== derTag.sequence)
    return err('it does not have the form of RFC 2986');
  try {
    createPublicKey({ key: Buffer.from(key.raw), format: 'der', type: 'spki' });
  } catch {
    return err('its key cannot be read');
  }
  return ok(key.raw);
}
