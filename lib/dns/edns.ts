import { toHex, uint16At } from './octets.ts';

/** What an OPT record says (RFC 6891 section 6.1). */
export interface Edns {
  readonly extendedRcode: number;
  readonly version: number;
  readonly dnssecOk: boolean;
  /** Largest UDP payload that the sender takes, in octets. */
  readonly payloadOctets: number;
  /** In the order they came, known or not. */
  readonly options: readonly EdnsOption[];
}

export interface EdnsOption {
  readonly code: number;
  readonly data: Uint8Array;
}

/** An extended DNS error (RFC 8914). */
export interface ExtendedError {
  readonly infoCode: number;
  /** Text from the server, for people; at most 200 characters. */
  readonly extraText: string;
}

interface OptRecord {
  readonly class: number;
  readonly ttlSeconds: number;
  readonly rdata: { readonly message: Uint8Array; readonly start: number; readonly end: number };
}

const extendedErrorOption = 15;
const maxExtraTextCharacters = 200;

/** Reads an OPT record. Options after one that is cut off are left out. */
export function parseOptRecord(record: OptRecord): Edns {
  const { message, start, end } = record.rdata;
  const options: EdnsOption[] = [];
  let at = start;
  while (at + 4 <= end) {
    const next = at + 4 + uint16At(message, at + 2);
    if (next > end) break;
    options.push({ code: uint16At(message, at), data: message.slice(at + 4, next) });
    at = next;
  }
  return {
    extendedRcode: Math.floor(record.ttlSeconds / 0x1000000),
    version: Math.floor(record.ttlSeconds / 0x10000) & 0xff,
    dnssecOk: (record.ttlSeconds & 0x8000) !== 0,
    payloadOctets: record.class,
    options,
  };
}

/** The extended errors among the options. */
export function extendedErrors(edns: Edns | null): readonly ExtendedError[] {
  if (edns === null) return [];
  return edns.options
    .filter((option) => option.code === extendedErrorOption && option.data.length >= 2)
    .map((option) => ({
      infoCode: uint16At(option.data, 0),
      extraText: decodeUtf8(option.data.subarray(2)).slice(0, maxExtraTextCharacters),
    }));
}

function decodeUtf8(octets: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(octets);
  } catch {
    return `0x${toHex(octets)}`;
  }
}
