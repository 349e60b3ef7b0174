import { randomBytes } from 'node:crypto';

const digits = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** A ULID: 48 bits of milliseconds since the epoch and 80 random bits, in Crockford's base 32, so that ids sort by time. */
export function createUlid(now: number): string {
  let value = BigInt(Math.max(0, Math.trunc(now))) & 0xffff_ffff_ffffn;
  for (const octet of randomBytes(10)) value = (value << 8n) | BigInt(octet);
  let text = '';
  for (let index = 0; index < 26; index += 1) {
    text = `${digits[Number(value & 31n)] ?? ''}${text}`;
    value >>= 5n;
  }
  return text;
}
