import { err, ok, type Result } from '../model/result.ts';
import { maxNameOctets, Name } from './name.ts';
import { uint16At, uint8At } from './octets.ts';

export interface ReadName {
  readonly name: Name;
  /** Offset of the first octet after the name where it stands. */
  readonly next: number;
}

/** A name has at most 127 labels, so more pointers than that only burn time. */
const maxPointers = 127;

/**
 * Reads a name at `start`, following compression pointers (RFC 1035 section 4.1.4). What stands in place must end
 * before `end`; pointers may only point backwards, to before where the part that they stand in began, so that a
 * loop cannot exist.
 */
export function readName(message: Uint8Array, start: number, end: number): Result<ReadName> {
  const wire = new Uint8Array(maxNameOctets);
  let wireOctets = 0;
  let next: number | null = null;
  let segmentStart = start;
  let at = start;
  let limit = end;
  for (let pointers = 0; ;) {
    if (at >= limit) return err('a name runs past its end');
    const length = uint8At(message, at);
    if (length === 0) {
      const parsed = Name.fromWire(wire.subarray(0, wireOctets + 1));
      return parsed.ok ? ok({ name: parsed.value, next: next ?? at + 1 }) : parsed;
    }
    if (length >= 0xc0) {
      if (at + 2 > limit) return err('a compression pointer is cut off');
      const target = uint16At(message, at) & 0x3fff;
      if (target >= segmentStart) return err('a compression pointer does not point backwards');
      pointers += 1;
      if (pointers > maxPointers) return err(`more than ${maxPointers} compression pointers in a name`);
      next ??= at + 2;
      limit = segmentStart;
      segmentStart = target;
      at = target;
      continue;
    }
    if (length >= 0x40) return err('a label has an unknown type');
    if (at + 1 + length > limit) return err('a label runs past its end');
    // The root's octet still has to fit.
    if (wireOctets + length + 2 > maxNameOctets) return err(`the name is longer than ${maxNameOctets} octets`);
    wire.set(message.subarray(at, at + 1 + length), wireOctets);
    wireOctets += length + 1;
    at += 1 + length;
  }
}

/** Where a name at `start` ends, without following it; null when that cannot be told. */
export function skipName(message: Uint8Array, start: number): number | null {
  let at = start;
  while (at < message.length) {
    const length = uint8At(message, at);
    if (length === 0) return at + 1;
    if (length >= 0xc0) return at + 2 <= message.length ? at + 2 : null;
    if (length >= 0x40) return null;
    at += 1 + length;
  }
  return null;
}
