import { err, ok, type Result } from '../../model/result.ts';
import type { Rdata } from '../message.ts';
import { uint16At, uint8At } from '../octets.ts';

export interface Ds {
  readonly keyTag: number;
  readonly algorithm: number;
  readonly digestType: number;
  readonly digest: Uint8Array;
}

/** DS and CDS record (RFC 4034 section 5.1, RFC 7344 section 3.1). */
export function parseDs({ message, start, end }: Rdata): Result<Ds> {
  if (end - start < 4) return err('DS data is cut off');
  return ok({
    keyTag: uint16At(message, start),
    algorithm: uint8At(message, start + 2),
    digestType: uint8At(message, start + 3),
    digest: message.slice(start + 4, end),
  });
}
