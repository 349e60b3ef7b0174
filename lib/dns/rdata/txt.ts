import { err, ok, type Result } from '../../model/result.ts';
import type { Rdata } from '../message.ts';
import { toLatin1, uint8At } from '../octets.ts';

/** TXT record (RFC 1035 section 3.3.14): its strings joined, one character an octet (latin1). */
export function parseTxt(rdata: Rdata): Result<string> {
  const { message, start, end } = rdata;
  if (start === end) return err('TXT data is empty');
  let text = '';
  let at = start;
  while (at < end) {
    const next = at + 1 + uint8At(message, at);
    if (next > end) return err('a TXT string is cut off');
    text += toLatin1(message.subarray(at + 1, next));
    at = next;
  }
  return ok(text);
}
