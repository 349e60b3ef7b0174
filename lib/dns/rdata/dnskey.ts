import { err, ok, type Result } from '../../model/result.ts';
import type { Rdata } from '../message.ts';
import { uint16At, uint8At } from '../octets.ts';

export interface Dnskey {
  readonly flags: number;
  readonly protocol: number;
  readonly algorithm: number;
  readonly publicKey: Uint8Array;
  /** The whole record data: digests and tags are made of it. */
  readonly octets: Uint8Array;
  readonly keyTag: number;
}

export const dnskeyFlags = { zone: 0x0100, revoke: 0x0080, secureEntryPoint: 0x0001 } as const;

/** DNSKEY and CDNSKEY record (RFC 4034 section 2.1, RFC 7344 section 3.2). */
export function parseDnskey({ message, start, end }: Rdata): Result<Dnskey> {
  if (end - start < 4) return err('DNSKEY data is cut off');
  const octets = message.slice(start, end);
  const algorithm = uint8At(octets, 3);
  return ok({
    flags: uint16At(octets, 0),
    protocol: uint8At(octets, 2),
    algorithm,
    publicKey: octets.subarray(4),
    octets,
    keyTag: keyTagOf(octets, algorithm),
  });
}

/** RFC 4034 appendix B. Tags are hints: different keys may have the same one. */
function keyTagOf(octets: Uint8Array, algorithm: number): number {
  // Appendix B.1: for RSA/MD5, 16 of the last 24 bits of the modulus.
  if (algorithm === 1) return octets.length < 7 ? 0 : uint16At(octets, octets.length - 3);
  let sum = 0;
  for (const [index, octet] of octets.entries()) sum += index % 2 === 0 ? octet * 0x100 : octet;
  return (sum + Math.floor(sum / 0x10000)) % 0x10000;
}
