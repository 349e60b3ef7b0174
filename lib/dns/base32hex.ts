const digits = '0123456789abcdefghijklmnopqrstuv';

/** Base32 with the extended hex alphabet, without padding (RFC 4648 section 7), lower case: as NSEC3 owners are written. */
export function toBase32Hex(octets: Uint8Array): string {
  let text = '';
  let value = 0;
  let bits = 0;
  for (const octet of octets) {
    value = ((value & 0x1f) << 8) | octet;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      text += digits.charAt((value >> bits) & 0x1f);
    }
  }
  return bits === 0 ? text : text + digits.charAt((value << (5 - bits)) & 0x1f);
}

/** The octets of base32hex text in any letter case; null for other characters. Bits after the last octet are dropped. */
export function fromBase32Hex(text: string): Uint8Array | null {
  const octets: number[] = [];
  let value = 0;
  let bits = 0;
  for (const character of text.toLowerCase()) {
    const digit = digits.indexOf(character);
    if (digit === -1) return null;
    value = ((value & 0xff) << 5) | digit;
    bits += 5;
    if (bits >= 8) {
      bits -= 8;
      octets.push((value >> bits) & 0xff);
    }
  }
  return Uint8Array.from(octets);
}
