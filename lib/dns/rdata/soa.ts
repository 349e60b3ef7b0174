import { err, ok, type Result } from '../../model/result.ts';
import type { Rdata } from '../message.ts';
import type { Name } from '../name.ts';
import { uint32At } from '../octets.ts';
import { readName } from '../read-name.ts';

export interface Soa {
  readonly primary: Name;
  readonly mailbox: Name;
  readonly serial: number;
  readonly refreshSeconds: number;
  readonly retrySeconds: number;
  readonly expireSeconds: number;
  /** TTL of negative answers, together with the record's own (RFC 2308 section 4). */
  readonly minimumSeconds: number;
}

/** SOA record (RFC 1035 section 3.3.13). */
export function parseSoa(rdata: Rdata): Result<Soa> {
  const { message, start, end } = rdata;
  const primary = readName(message, start, end);
  if (!primary.ok) return primary;
  const mailbox = readName(message, primary.value.next, end);
  if (!mailbox.ok) return mailbox;
  const at = mailbox.value.next;
  if (end - at !== 20) return err('SOA data does not have five numbers');
  return ok({
    primary: primary.value.name,
    mailbox: mailbox.value.name,
    serial: uint32At(message, at),
    refreshSeconds: uint32At(message, at + 4),
    retrySeconds: uint32At(message, at + 8),
    expireSeconds: uint32At(message, at + 12),
    minimumSeconds: uint32At(message, at + 16),
  });
}
