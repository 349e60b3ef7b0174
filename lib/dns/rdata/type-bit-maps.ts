import { err, ok, type Result } from '../../model/result.ts';
import { uint8At } from '../octets.ts';

/**
 * Type bit maps of NSEC and NSEC3 (RFC 4034 section 4.1.2): windows in increasing order, each of 1 to 32 octets. None at
 * all is allowed: an empty non-terminal under NSEC3 has no types.
 */
export function parseTypeBitMaps(octets: Uint8Array): Result<ReadonlySet<number>> {
  const types = new Set<number>();
  let lastWindow = -1;
  let at = 0;
  while (at < octets.length) {
    if (at + 2 > octets.length) return err('a window of the type bit maps is cut off');
    const window = uint8At(octets, at);
    const length = uint8At(octets, at + 1);
    if (window <= lastWindow) return err('windows of the type bit maps are out of order');
    if (length < 1 || length > 32) return err('a window of the type bit maps has a wrong length');
    if (at + 2 + length > octets.length) return err('a window of the type bit maps is cut off');
    for (let index = 0; index < length; index += 1) {
      const bits = uint8At(octets, at + 2 + index);
      for (let bit = 0; bit < 8; bit += 1) {
        if ((bits & (0x80 >> bit)) !== 0) types.add(window * 256 + index * 8 + bit);
      }
    }
    lastWindow = window;
    at += 2 + length;
  }
  return ok(types);
}
