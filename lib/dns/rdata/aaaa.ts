import { formatIpAddress } from '../../model/ip-address.ts';
import { err, ok, type Result } from '../../model/result.ts';
import { rdataOctets, type Rdata } from '../message.ts';

/** AAAA record (RFC 3596 section 2.2): the address as text (RFC 5952). */
export function parseAaaa(rdata: Rdata): Result<string> {
  return rdata.end - rdata.start === 16
    ? ok(formatIpAddress(rdataOctets(rdata)))
    : err('AAAA data is not 16 octets long');
}
