import { formatIpAddress } from '../../model/ip-address.ts';
import { err, ok, type Result } from '../../model/result.ts';
import { rdataOctets, type Rdata } from '../message.ts';

/** A record (RFC 1035 section 3.4.1): the address as dotted text. */
export function parseA(rdata: Rdata): Result<string> {
  return rdata.end - rdata.start === 4 ? ok(formatIpAddress(rdataOctets(rdata))) : err('A data is not 4 octets long');
}
