import type { TlsaRecord } from '../../model/observation.ts';
import { err, ok, type Result } from '../../model/result.ts';
import type { Rdata } from '../message.ts';
import { toHex, uint8At } from '../octets.ts';

/** TLSA record (RFC 6698 section 2.1). Numbers that nobody defined and empty data are kept: checks judge them. */
export function parseTlsa(rdata: Rdata): Result<TlsaRecord> {
  const { message, start, end } = rdata;
  if (end - start < 3) return err('TLSA data is cut off');
  return ok({
    usage: uint8At(message, start),
    selector: uint8At(message, start + 1),
    matchingType: uint8At(message, start + 2),
    data: toHex(message.subarray(start + 3, end)),
  });
}
