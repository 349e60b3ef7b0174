import { err, ok, type Result } from '../../model/result.ts';
import type { Rdata } from '../message.ts';
import { uint16At, uint8At } from '../octets.ts';
import { parseTypeBitMaps } from './type-bit-maps.ts';

export interface Nsec3 {
  readonly hashAlgorithm: number;
  readonly flags: number;
  readonly iterations: number;
  readonly salt: Uint8Array;
  readonly nextHashedOwner: Uint8Array;
  /** Numbers of the types that exist at the hashed owner. */
  readonly types: ReadonlySet<number>;
}

/** NSEC3 record (RFC 5155 section 3.2). */
export function parseNsec3({ message, start, end }: Rdata): Result<Nsec3> {
  if (end - start < 5) return err('NSEC3 data is cut off');
  const saltEnd = start + 5 + uint8At(message, start + 4);
  if (saltEnd + 1 > end) return err('NSEC3 salt is cut off');
  const hashEnd = saltEnd + 1 + uint8At(message, saltEnd);
  if (hashEnd > end) return err('NSEC3 next hashed owner is cut off');
  const types = parseTypeBitMaps(message.subarray(hashEnd, end));
  if (!types.ok) return types;
  return ok({
    hashAlgorithm: uint8At(message, start),
    flags: uint8At(message, start + 1),
    iterations: uint16At(message, start + 2),
    salt: message.slice(start + 5, saltEnd),
    nextHashedOwner: message.slice(saltEnd + 1, hashEnd),
    types: types.value,
  });
}
