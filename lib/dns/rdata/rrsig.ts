import { err, ok, type Result } from '../../model/result.ts';
import type { Rdata } from '../message.ts';
import type { Name } from '../name.ts';
import { uint16At, uint32At, uint8At } from '../octets.ts';
import { readName } from '../read-name.ts';

export interface Rrsig {
  readonly typeCovered: number;
  readonly algorithm: number;
  readonly labels: number;
  readonly originalTtlSeconds: number;
  /** Seconds since 1970 modulo 2^32: compare by serial arithmetic (RFC 4034 section 3.1.5). */
  readonly expiration: number;
  readonly inception: number;
  readonly keyTag: number;
  readonly signer: Name;
  readonly signature: Uint8Array;
}

/** RRSIG record (RFC 4034 section 3.1). A compressed signer name is tolerated. */
export function parseRrsig(rdata: Rdata): Result<Rrsig> {
  const { message, start, end } = rdata;
  if (end - start < 19) return err('RRSIG data is cut off');
  const signer = readName(message, start + 18, end);
  if (!signer.ok) return signer;
  return ok({
    typeCovered: uint16At(message, start),
    algorithm: uint8At(message, start + 2),
    labels: uint8At(message, start + 3),
    originalTtlSeconds: uint32At(message, start + 4),
    expiration: uint32At(message, start + 8),
    inception: uint32At(message, start + 12),
    keyTag: uint16At(message, start + 16),
    signer: signer.value.name,
    signature: message.slice(signer.value.next, end),
  });
}
