import { err, ok, type Result } from '../../model/result.ts';
import type { Rdata } from '../message.ts';
import type { Name } from '../name.ts';
import { uint16At } from '../octets.ts';
import { parseSingleName } from './single-name.ts';

export interface Srv {
  readonly priority: number;
  readonly weight: number;
  readonly port: number;
  /** The root means that the service is not offered. */
  readonly target: Name;
}

/** SRV record (RFC 2782). */
export function parseSrv(rdata: Rdata): Result<Srv> {
  const { message, start, end } = rdata;
  if (end - start < 7) return err('SRV data is cut off');
  const target = parseSingleName({ message, start: start + 6, end });
  if (!target.ok) return target;
  return ok({
    priority: uint16At(message, start),
    weight: uint16At(message, start + 2),
    port: uint16At(message, start + 4),
    target: target.value,
  });
}
