import type { TlsaRecord } from '../model/observation.ts';
import { err, ok, type Result } from '../model/result.ts';

/** Association data of a whole certificate, in hex digits. */
const longestData = 32_768;

/** Reads the data of a TLSA record as zone files have it (RFC 6698 section 2.2): `3 1 1 0123…`, the hex with spaces or not. */
export function parseTlsaText(text: string): Result<TlsaRecord> {
  const [usage, selector, matchingType, ...rest] = text.trim().split(/\s+/);
  const data = rest.join('').toLowerCase();
  const numbers = [usage, selector, matchingType].map((part) => (/^\d{1,3}$/.test(part ?? '') ? Number(part) : 256));
  const [first = 256, second = 256, third = 256] = numbers;
  if (Math.max(first, second, third) > 255 || !/^(?:[0-9a-f]{2})+$/.test(data) || data.length > longestData) {
    return err('must be a TLSA record such as 3 1 1 and the digest in hex');
  }
  return ok({ usage: first, selector: second, matchingType: third, data });
}
