import { ok, type Result } from '../../model/result.ts';
import type { Rdata } from '../message.ts';
import type { Name } from '../name.ts';
import { readName } from '../read-name.ts';
import { parseTypeBitMaps } from './type-bit-maps.ts';

export interface Nsec {
  readonly next: Name;
  /** Numbers of the types that exist at the owner. */
  readonly types: ReadonlySet<number>;
}

/** NSEC record (RFC 4034 section 4.1). A compressed next name is tolerated. */
export function parseNsec({ message, start, end }: Rdata): Result<Nsec> {
  const next = readName(message, start, end);
  if (!next.ok) return next;
  const types = parseTypeBitMaps(message.subarray(next.value.next, end));
  return types.ok ? ok({ next: next.value.name, types: types.value }) : types;
}
