import { hkdfSync } from 'node:crypto';

/** What keys are made for: each gets one of its own, so that none opens what another closed. */
export type KeyPurpose = 'acknowledgement link' | 'route secret' | 'confirmation link';

/** A key of 32 octets for one purpose, by HKDF-SHA-256 (RFC 5869) from the secret of the installation. */
export function deriveKey(secret: string, purpose: KeyPurpose): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', secret, '', `latchwatch ${purpose}`, 32));
}
