import { createCipheriv, createDecipheriv } from 'node:crypto';
import { err, ok, type Result } from '../model/result.ts';

const version = 'v1';
const nonceBytes = 12;
const tagBytes = 16;

/** A secret as the database keeps it: AES-256-GCM. `nonce`: 12 random octets that were never used before. */
export function sealSecret(
  text: string,
  { key, nonce }: { readonly key: Uint8Array; readonly nonce: Uint8Array },
): string {
  const cipher = createCipheriv('aes-256-gcm', key, nonce);
  const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
  return `${version}.${Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString('base64url')}`;
}

/** The secret. An error where the key is another one or somebody changed what was kept. */
export function openSecret(sealed: string, key: Uint8Array): Result<string> {
  const [, body] = /^v1\.([A-Za-z0-9_-]+)$/.exec(sealed) ?? [];
  const octets = Buffer.from(body ?? '', 'base64url');
  if (octets.length < nonceBytes + tagBytes) return err('the secret of the route cannot be read');
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, octets.subarray(0, nonceBytes));
    decipher.setAuthTag(octets.subarray(nonceBytes, nonceBytes + tagBytes));
    const opened = decipher.update(octets.subarray(nonceBytes + tagBytes));
    return ok(Buffer.concat([opened, decipher.final()]).toString('utf8'));
  } catch {
    return err('the secret of the route was kept under another LATCHWATCH_SECRET: set it again');
  }
}
