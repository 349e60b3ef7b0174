import type { Certificate } from './certificate.ts';
import { parseCertificate } from './certificate.ts';

/** A chain of certificates as far as it could be read, in the order it was sent. `null` stands for one that could not. */
export type ReadChain = readonly (Certificate | null)[];

/**
 * Several checks read the same chain in a row, and the same certificates come back with every run for weeks: reading
 * costs most of what a judgement costs. Oldest first; garbage is not kept, since a hostile server has it in any amount.
 */
const alreadyRead = new Map<string, Certificate>();
const maxKept = 2000;
/** A certificate has 1 to 3 KiB; what is longer is read each time. */
const longestKept = 16_384;

/** Reads base64 DER certificates. Garbage becomes `null`; nothing throws. */
export function readChain(chain: readonly string[]): ReadChain {
  return chain.map(readBase64);
}

function readBase64(base64: string): Certificate | null {
  const known = alreadyRead.get(base64);
  if (known !== undefined) return known;
  const result = parseCertificate(Buffer.from(base64, 'base64'));
  if (!result.ok) return null;
  if (base64.length <= longestKept) {
    const oldest = alreadyRead.size < maxKept ? undefined : alreadyRead.keys().next().value;
    if (oldest !== undefined) alreadyRead.delete(oldest);
    alreadyRead.set(base64, result.value);
  }
  return result.value;
}
