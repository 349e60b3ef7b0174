import type { Certificate } from './certificate.ts';
import { parseCertificate } from './certificate.ts';

/** A chain of certificates as far as it could be read, in the order it was sent. `null` stands for one that could not. */
export type ReadChain = readonly (Certificate | null)[];

// Several checks read the same chain in a row. The key is the observation's own array, so an entry lives as long as it.
const alreadyRead = new WeakMap<readonly string[], ReadChain>();

/** Reads base64 DER certificates. Garbage becomes `null`; nothing throws. */
export function readChain(chain: readonly string[]): ReadChain {
  const known = alreadyRead.get(chain);
  if (known !== undefined) return known;
  const read = chain.map((base64) => {
    const result = parseCertificate(Buffer.from(base64, 'base64'));
    return result.ok ? result.value : null;
  });
  alreadyRead.set(chain, read);
  return read;
}
