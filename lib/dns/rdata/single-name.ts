import { err, ok, type Result } from '../../model/result.ts';
import type { Rdata } from '../message.ts';
import type { Name } from '../name.ts';
import { readName } from '../read-name.ts';

/** Data that is one name and nothing else: CNAME and NS (RFC 1035 sections 3.3.1 and 3.3.11). */
export function parseSingleName(rdata: Rdata): Result<Name> {
  const read = readName(rdata.message, rdata.start, rdata.end);
  if (!read.ok) return read;
  return read.value.next === rdata.end ? ok(read.value.name) : err('octets follow the name');
}
