/** Numbers of the record types that the codec knows by name (IANA DNS parameters). */
export const recordTypes = {
  A: 1,
  NS: 2,
  CNAME: 5,
  SOA: 6,
  MX: 15,
  TXT: 16,
  AAAA: 28,
  SRV: 33,
  DNAME: 39,
  OPT: 41,
  DS: 43,
  RRSIG: 46,
  NSEC: 47,
  DNSKEY: 48,
  NSEC3: 50,
  NSEC3PARAM: 51,
  TLSA: 52,
  CDS: 59,
  CDNSKEY: 60,
} as const;
export type RecordType = keyof typeof recordTypes;

const mnemonics: ReadonlyMap<number, string> = new Map(
  Object.entries(recordTypes).map(([mnemonic, number]) => [number, mnemonic]),
);

/** The Internet class. */
export const classIn = 1;

/** Extended response codes (RFC 1035 section 4.1.1, RFC 6895 section 2.3). */
export const rcodes = {
  NOERROR: 0,
  FORMERR: 1,
  SERVFAIL: 2,
  NXDOMAIN: 3,
  NOTIMP: 4,
  REFUSED: 5,
  YXDOMAIN: 6,
  YXRRSET: 7,
  NXRRSET: 8,
  NOTAUTH: 9,
  NOTZONE: 10,
  BADVERS: 16,
  BADCOOKIE: 23,
} as const;

/** The mnemonic of an rcode, or `RCODE17` for one without. */
export function rcodeName(rcode: number): string {
  return Object.entries(rcodes).find(([, number]) => number === rcode)?.[0] ?? `RCODE${rcode}`;
}

/** The mnemonic of a record type, or `TYPE65280` (RFC 3597) for one without. */
export function typeName(type: number): string {
  return mnemonics.get(type) ?? `TYPE${type}`;
}

/** The number of a type by its mnemonic or as `TYPE65280`, in any letter case; null for a mnemonic that the codec does not know. */
export function parseType(text: string): number | null {
  const upper = text.toUpperCase();
  const known = Object.entries(recordTypes).find(([mnemonic]) => mnemonic === upper)?.[1];
  if (known !== undefined) return known;
  const number = /^TYPE(\d{1,5})$/.exec(upper)?.[1];
  return number === undefined || Number(number) > 0xffff ? null : Number(number);
}
