import { recordTypes } from '#lib/dns/types.ts';

/** Numbers of record types that only scenarios name (IANA DNS parameters). */
const others: Readonly<Record<string, number>> = {
  MD: 3,
  MF: 4,
  MB: 7,
  MG: 8,
  MR: 9,
  NULL: 10,
  WKS: 11,
  PTR: 12,
  HINFO: 13,
  MINFO: 14,
  RP: 17,
  AFSDB: 18,
  X25: 19,
  ISDN: 20,
  RT: 21,
  NSAP: 22,
  SIG: 24,
  KEY: 25,
  PX: 26,
  LOC: 29,
  NXT: 30,
  NAPTR: 35,
  KX: 36,
  CERT: 37,
  A6: 38,
  APL: 42,
  SSHFP: 44,
  IPSECKEY: 45,
  DHCID: 49,
  SMIMEA: 53,
  HIP: 55,
  OPENPGPKEY: 61,
  CSYNC: 62,
  ZONEMD: 63,
  SVCB: 64,
  HTTPS: 65,
  SPF: 99,
  NXNAME: 128,
  TKEY: 249,
  TSIG: 250,
  IXFR: 251,
  AXFR: 252,
  ANY: 255,
  URI: 256,
  CAA: 257,
  DLV: 32769,
};

const numbers: ReadonlyMap<string, number> = new Map([...Object.entries(recordTypes), ...Object.entries(others)]);
const mnemonics: ReadonlyMap<number, string> = new Map([...numbers].map(([mnemonic, number]) => [number, mnemonic]));

/** The number of a type by mnemonic or as `TYPE65280` (RFC 3597 section 5), in any case; null where it is neither. */
export function typeNumber(text: string): number | null {
  const upper = text.toUpperCase();
  const generic = /^TYPE(\d{1,5})$/.exec(upper)?.[1];
  if (generic !== undefined) return Number(generic) <= 0xffff ? Number(generic) : null;
  return numbers.get(upper) ?? null;
}

export function typeMnemonic(type: number): string {
  return mnemonics.get(type) ?? `TYPE${type}`;
}
