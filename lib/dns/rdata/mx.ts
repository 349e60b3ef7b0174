import { err, ok, type Result } from '../../model/result.ts';
import type { Rdata } from '../message.ts';
import type { Name } from '../name.ts';
import { uint16At } from '../octets.ts';
import { parseSingleName } from './single-name.ts';

export interface Mx {
  readonly preference: number;
  /** The root is a null MX (RFC 7505). */
  readonly exchange: Name;
}

/** MX record (RFC 1035 section 3.3.9). */
export function parseMx(rdata: Rdata): Result<Mx> {
  if (rdata.end - rdata.start < 3) return err('MX data is cut off');
  const exchange = parseSingleName({ ...rdata, start: rdata.start + 2 });
  return exchange.ok ? ok({ preference: uint16At(rdata.message, rdata.start), exchange: exchange.value }) : exchange;
}
