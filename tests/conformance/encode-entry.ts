import { decodeMessage, type Message } from '#lib/dns/message.ts';
import type { Name } from '#lib/dns/name.ts';
import { classIn, recordTypes } from '#lib/dns/types.ts';
import type { Entry } from './scenario.ts';
import type { WrittenRecord } from './zone-text.ts';
import { ZoneTextError } from './zone-text.ts';

const flagBits: Readonly<Record<string, number>> = { aa: 0x0400, tc: 0x0200, rd: 0x0100, ra: 0x0080, ad: 0x0020, cd: 0x0010 }; // prettier-ignore

/** The message that an entry describes, read by the product's own decoder. */
export function encodeEntry(entry: Entry, question: { readonly name: Name; readonly type: number } | null): Message {
  const decoded = decodeMessage(entry.octets ?? encode(entry, question));
  if (!decoded.ok) throw new ZoneTextError(`the entry of line ${entry.line} is no message: ${decoded.error}`);
  return decoded.value;
}

function encode(entry: Entry, question: { readonly name: Name; readonly type: number } | null): Uint8Array {
  const bits = [...entry.flags].reduce((total, flag) => total | (flagBits[flag] ?? 0), 0x8000);
  const needsOpt = entry.flags.has('do') || entry.rcode > 15;
  const counts = [entry.answer.length, entry.authority.length, entry.additional.length + (needsOpt ? 1 : 0)];
  return Buffer.concat([
    Uint8Array.from([0, bits | (entry.rcode & 0xf), question === null ? 0 : 1, ...counts].flatMap(uint16)),
    ...(question === null ? [] : [question.name.toWire(), Uint8Array.from([question.type, classIn].flatMap(uint16))]),
    ...[...entry.answer, ...entry.authority, ...entry.additional].map(encodeRecord),
    ...(needsOpt ? [optRecord(entry)] : []),
  ]);
}

function encodeRecord(record: WrittenRecord): Uint8Array {
  const ttl = [Math.floor(record.ttlSeconds / 0x10000), record.ttlSeconds % 0x10000];
  return Buffer.concat([
    record.name.toWire(),
    Uint8Array.from([record.type, record.class, ...ttl, record.rdata.length].flatMap(uint16)),
    record.rdata,
  ]);
}

/** RFC 6891 section 6.1.2. */
function optRecord(entry: Entry): Uint8Array {
  const dnssecOk = entry.flags.has('do') ? 0x8000 : 0;
  return Uint8Array.from([0, ...[recordTypes.OPT, 1232, (entry.rcode >> 4) * 0x100, dnssecOk, 0].flatMap(uint16)]);
}

function uint16(value: number): [number, number] {
  return [(value >> 8) & 0xff, value & 0xff];
}
