import type { Name } from './name.ts';
import { classIn, recordTypes } from './types.ts';

/** Largest UDP answer that we ask for: fits every path without fragments (DNS flag day 2020). */
const ednsPayloadOctets = 1232;

export interface QueryOptions {
  /** 0 to 65535, unpredictable. */
  readonly id: number;
  readonly name: Name;
  readonly type: number;
  readonly recursionDesired: boolean;
  readonly checkingDisabled: boolean;
  /** Null leaves EDNS out, for servers that do not know it. */
  readonly edns: { readonly dnssecOk: boolean } | null;
}

/** A query with one question (RFC 1035 section 4) and an OPT record (RFC 6891 section 6.1.2). */
export function encodeQuery(options: QueryOptions): Uint8Array {
  const name = options.name.toWire();
  const flags = (options.recursionDesired ? 0x0100 : 0) + (options.checkingDisabled ? 0x0010 : 0);
  const header = [options.id, flags, 1, 0, 0, options.edns === null ? 0 : 1].flatMap(uint16);
  const question = [options.type, classIn].flatMap(uint16);
  const opt =
    options.edns === null
      ? []
      : [
          0, // owner: the root
          ...uint16(recordTypes.OPT),
          ...uint16(ednsPayloadOctets),
          ...[0, 0], // extended rcode and version
          ...uint16(options.edns.dnssecOk ? 0x8000 : 0),
          ...uint16(0), // no options
        ];
  return Uint8Array.from([...header, ...name, ...question, ...opt]);
}

function uint16(value: number): [number, number] {
  return [value >> 8, value & 0xff];
}
