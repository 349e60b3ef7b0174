import { createPublicKey } from 'node:crypto';
import type { Certificate } from './certificate.ts';

const curves: Readonly<Record<string, string>> = {
  prime256v1: 'P-256',
  secp384r1: 'P-384',
  secp521r1: 'P-521',
};
const names: Readonly<Record<string, string>> = { ec: 'ECDSA', ed25519: 'Ed25519', ed448: 'Ed448' };

/** The key of a certificate as people name it: `RSA 2048`, `ECDSA P-256`. Where OpenSSL cannot tell, its type alone. */
export function keyText({ spki, keyType }: Pick<Certificate, 'spki' | 'keyType'>): string {
  try {
    const key = createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' });
    const { modulusLength, namedCurve } = key.asymmetricKeyDetails ?? {};
    if (modulusLength !== undefined) return `RSA ${String(modulusLength)}`;
    const name = names[key.asymmetricKeyType ?? ''] ?? keyType;
    return namedCurve === undefined ? name : `${name} ${curves[namedCurve] ?? namedCurve}`;
  } catch {
    return keyType;
  }
}
