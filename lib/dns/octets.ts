/** The octet at `offset`. Callers check lengths first, so reading outside is our own bug and throws. */
export function uint8At(octets: Uint8Array, offset: number): number {
  const value = octets[offset];
  if (value === undefined) throw new RangeError(`octet ${offset} of ${octets.length}`);
  return value;
}

/** Unsigned 16 bits in network order. */
export function uint16At(octets: Uint8Array, offset: number): number {
  return uint8At(octets, offset) * 0x100 + uint8At(octets, offset + 1);
}

/** Unsigned 32 bits in network order. */
export function uint32At(octets: Uint8Array, offset: number): number {
  return uint16At(octets, offset) * 0x10000 + uint16At(octets, offset + 2);
}

/** Left-justified comparison; an octet that is absent sorts before any that is present (RFC 4034 section 6.3). */
export function compareOctets(a: Uint8Array, b: Uint8Array): number {
  const shared = Math.min(a.length, b.length);
  for (let index = 0; index < shared; index += 1) {
    const difference = uint8At(a, index) - uint8At(b, index);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

/** Lower-case hexadecimal. */
export function toHex(octets: Uint8Array): string {
  return Buffer.from(octets.buffer, octets.byteOffset, octets.length).toString('hex');
}

/** One character an octet (latin1): loses nothing, whatever encoding the sender meant. */
export function toLatin1(octets: Uint8Array): string {
  return Buffer.from(octets.buffer, octets.byteOffset, octets.length).toString('latin1');
}
