import type { Name } from '#lib/dns/name.ts';
import { parseIpAddress } from '#lib/model/ip-address.ts';
import { typeMnemonic, typeNumber } from './record-types.ts';
import { readName, readTtl, ZoneTextError, type Token } from './zone-text.ts';

/* Record data from presentation form to wire form. */

/** How one part of the data is written. Those of the second line take all that is left. */
type Field =
  | 'name' | 'u8' | 'u16' | 'u32' | 'ttl' | 'ipv4' | 'ipv6' | 'string' | 'type' | 'algorithm' | 'time' | 'salt' | 'hash'
  | 'strings' | 'hex' | 'base64' | 'types'; // prettier-ignore

/** RFC 1035, 2782, 3403, 4034, 5155, 6672, 6698 and those that define the rest. */
const grammars: Readonly<Record<string, readonly Field[]>> = {
  A: ['ipv4'],
  AAAA: ['ipv6'],
  NS: ['name'],
  MD: ['name'],
  MF: ['name'],
  CNAME: ['name'],
  DNAME: ['name'],
  PTR: ['name'],
  MB: ['name'],
  MG: ['name'],
  MR: ['name'],
  SOA: ['name', 'name', 'u32', 'ttl', 'ttl', 'ttl', 'ttl'],
  HINFO: ['string', 'string'],
  MINFO: ['name', 'name'],
  RP: ['name', 'name'],
  MX: ['u16', 'name'],
  AFSDB: ['u16', 'name'],
  RT: ['u16', 'name'],
  KX: ['u16', 'name'],
  PX: ['u16', 'name', 'name'],
  X25: ['string'],
  TXT: ['strings'],
  SPF: ['strings'],
  ISDN: ['strings'],
  SRV: ['u16', 'u16', 'u16', 'name'],
  NAPTR: ['u16', 'u16', 'string', 'string', 'string', 'name'],
  CERT: ['u16', 'u16', 'algorithm', 'base64'],
  DS: ['u16', 'algorithm', 'u8', 'hex'],
  CDS: ['u16', 'algorithm', 'u8', 'hex'],
  DLV: ['u16', 'algorithm', 'u8', 'hex'],
  SSHFP: ['u8', 'u8', 'hex'],
  DNSKEY: ['u16', 'u8', 'algorithm', 'base64'],
  CDNSKEY: ['u16', 'u8', 'algorithm', 'base64'],
  KEY: ['u16', 'u8', 'algorithm', 'base64'],
  RRSIG: ['type', 'algorithm', 'u8', 'ttl', 'time', 'time', 'u16', 'name', 'base64'],
  SIG: ['type', 'algorithm', 'u8', 'ttl', 'time', 'time', 'u16', 'name', 'base64'],
  NSEC: ['name', 'types'],
  NSEC3: ['u8', 'u8', 'u16', 'salt', 'hash', 'types'],
  NSEC3PARAM: ['u8', 'u8', 'u16', 'salt'],
  DHCID: ['base64'],
  OPENPGPKEY: ['base64'],
  TLSA: ['u8', 'u8', 'u8', 'hex'],
  SMIMEA: ['u8', 'u8', 'u8', 'hex'],
  CSYNC: ['u32', 'u16', 'types'],
  ZONEMD: ['u32', 'u8', 'u8', 'hex'],
};

/** Mnemonics of signature algorithms (IANA). */
const algorithmNumbers: Readonly<Record<string, number>> = {
  RSAMD5: 1,
  DH: 2,
  DSA: 3,
  RSASHA1: 5,
  'DSA-NSEC3-SHA1': 6,
  'RSASHA1-NSEC3-SHA1': 7,
  RSASHA256: 8,
  RSASHA512: 10,
  'ECC-GOST': 12,
  ECDSAP256SHA256: 13,
  ECDSAP384SHA384: 14,
  ED25519: 15,
  ED448: 16,
};

/**
 * The wire form of data in presentation form, or in the generic form `\# length hex` (RFC 3597 section 5).
 * @throws ZoneTextError for a type whose grammar is not here and for text that does not follow it.
 */
export function encodeRdata(type: number, tokens: readonly Token[], origin: Name): Uint8Array {
  const mnemonic = typeMnemonic(type);
  if (tokens[0]?.text === '\\#') return encodeGeneric(tokens.slice(1));
  const grammar = grammars[mnemonic];
  // A type that only questions have, or data that is empty.
  if (tokens.length === 0 && (grammar === undefined || grammar.every((field) => field === 'hex')))
    return new Uint8Array();
  if (grammar === undefined) throw new ZoneTextError(`${mnemonic} data is not written in the form \\# length hex`);
  const octets: number[] = [];
  for (const [index, field] of grammar.entries()) {
    const isLast = index === grammar.length - 1;
    const mine = isLast ? tokens.slice(index) : tokens.slice(index, index + 1);
    try {
      octets.push(...encodeField(field, mine, origin));
    } catch (error) {
      if (!(error instanceof ZoneTextError)) throw error;
      throw new ZoneTextError(`${mnemonic} data: ${error.message}`);
    }
  }
  return Uint8Array.from(octets);
}

function encodeField(field: Field, tokens: readonly Token[], origin: Name): Iterable<number> {
  const joined = tokens.map(({ text }) => text).join('');
  switch (field) {
    case 'hex':
      return joined === '' ? [] : readHex(joined);
    case 'base64':
      return readBase64(joined);
    case 'strings':
      return tokens.flatMap(({ text }) => characterString(text));
    case 'types':
      return typeBitMaps(tokens.map(({ text }) => readType(text)));
    default: {
      const [token, extra] = tokens;
      if (token === undefined) throw new ZoneTextError(`the ${field} is missing`);
      if (extra !== undefined) throw new ZoneTextError(`"${extra.text}" is too much`);
      return encodeOne(field, token.text, origin);
    }
  }
}

function encodeOne(
  field: Exclude<Field, 'hex' | 'base64' | 'strings' | 'types'>,
  text: string,
  origin: Name,
): Iterable<number> {
  switch (field) {
    case 'name':
      return readName(text, origin).toWire();
    case 'u8':
      return integer(readNumber(text), 1);
    case 'u16':
      return integer(readNumber(text), 2);
    case 'u32':
      return integer(readNumber(text), 4);
    case 'ttl':
      return integer(readTtl(text) ?? Number.NaN, 4);
    case 'algorithm':
      return integer(algorithmNumbers[text.toUpperCase()] ?? readNumber(text), 1);
    case 'type':
      return integer(readType(text), 2);
    case 'time':
      return integer(readTime(text), 4);
    case 'ipv4':
    case 'ipv6':
      return address(text, field === 'ipv4' ? 4 : 16);
    case 'string':
      return characterString(text);
    case 'salt':
      return withLength(text === '-' ? [] : [...readHex(text)]);
    case 'hash':
      return withLength(readBase32hex(text));
  }
}

function encodeGeneric(tokens: readonly Token[]): Uint8Array {
  const [length, ...hex] = tokens.map(({ text }) => text);
  const octets = hex.length === 0 ? new Uint8Array() : readHex(hex.join(''));
  if (Number(length) !== octets.length) throw new ZoneTextError('the length of generic data does not fit its octets');
  return octets;
}

function readNumber(text: string): number {
  return /^\d+$/.test(text) ? Number(text) : Number.NaN;
}

function integer(value: number, octets: 1 | 2 | 4): readonly number[] {
  if (!(value >= 0 && value < 2 ** (octets * 8))) throw new ZoneTextError(`no number of ${octets * 8} bits`);
  return Array.from({ length: octets }, (_, index) => Math.floor(value / 2 ** ((octets - 1 - index) * 8)) % 256);
}

function readType(text: string): number {
  const type = typeNumber(text);
  if (type === null) throw new ZoneTextError(`the record type ${text} is not known`);
  return type;
}

/** Seconds since the epoch, or `YYYYMMDDHHmmSS` (RFC 4034 section 3.2), modulo 2^32. */
export function readTime(text: string): number {
  const parts = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)$/.exec(text)?.slice(1).map(Number);
  if (parts === undefined) return readNumber(text);
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts;
  return (Date.UTC(year, month - 1, day, hour, minute, second) / 1000) % 2 ** 32;
}

function address(text: string, octets: 4 | 16): Uint8Array {
  const parsed = parseIpAddress(text);
  if (!parsed.ok || parsed.value.length !== octets) throw new ZoneTextError(`"${text}" is no address of the family`);
  return parsed.value;
}

/** One `<character-string>` (RFC 1035 section 5.1), with its length. */
function characterString(text: string): readonly number[] {
  return withLength(
    Array.from(text.matchAll(/\\(\d{3})|\\(.)|([^\\])/gs)).map(([, decimal, escaped = '', plain = '']) =>
      decimal === undefined ? (escaped + plain).charCodeAt(0) & 0xff : Number(decimal) & 0xff,
    ),
  );
}

function withLength(octets: readonly number[]): readonly number[] {
  if (octets.length > 255) throw new ZoneTextError('more than 255 octets behind a length octet');
  return [octets.length, ...octets];
}

export function readHex(text: string): Uint8Array {
  if (!/^(?:[0-9a-f]{2})+$/i.test(text)) throw new ZoneTextError(`"${text.slice(0, 20)}" is not hexadecimal`);
  return Buffer.from(text, 'hex');
}

/** Characters after the padding or outside the alphabet are a fault; missing padding is none. */
function readBase64(text: string): Uint8Array {
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(text)) throw new ZoneTextError('not base64');
  return Buffer.from(text, 'base64');
}

/** RFC 4648 section 7, without padding. */
function readBase32hex(text: string): readonly number[] {
  let bits = 0;
  let value = 0;
  const octets: number[] = [];
  for (const character of text) {
    const digit = /^[0-9a-v]$/i.test(character) ? parseInt(character, 32) : Number.NaN;
    if (Number.isNaN(digit)) throw new ZoneTextError(`"${text}" is not base32hex`);
    value = (value * 32 + digit) % 2 ** 16;
    bits += 5;
    if (bits >= 8) {
      bits -= 8;
      octets.push((value >> bits) & 0xff);
    }
  }
  return octets;
}

/** RFC 4034 section 4.1.2. */
function typeBitMaps(types: readonly number[]): readonly number[] {
  const windows = new Map<number, number[]>();
  for (const type of [...types].sort((a, b) => a - b)) {
    const window = windows.get(type >> 8) ?? [];
    windows.set(type >> 8, window);
    const at = (type & 0xff) >> 3;
    while (window.length <= at) window.push(0);
    window[at] = (window[at] ?? 0) | (0x80 >> (type & 7));
  }
  return [...windows].flatMap(([number, octets]) => [number, octets.length, ...octets]);
}
