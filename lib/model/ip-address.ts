import { err, ok, type Result } from './result.ts';

/** 4 octets for IPv4, 16 for IPv6. */
export type IpAddress = Uint8Array;

/**
 * Reads the text of an IP address. IPv4 in four plain decimal numbers only (no octal, hexadecimal or short forms,
 * which programs read differently); IPv6 in every form of RFC 4291 section 2.2; no zone, no brackets, no blanks.
 */
export function parseIpAddress(text: string): Result<IpAddress> {
  const octets = text.includes(':') ? parseIpv6(text) : parseIpv4(text);
  return octets === null ? err('not an IP address') : ok(octets);
}

/** IPv4 dotted, IPv6 as RFC 5952: lower case, the longest run of zeros as `::`, v4-mapped with a dotted tail. */
export function formatIpAddress(address: IpAddress): string {
  if (address.length === 4) return address.join('.');
  const mapped = address.subarray(0, 10).every((octet) => octet === 0) && address[10] === 0xff && address[11] === 0xff;
  if (mapped) return `::ffff:${Array.from(address.subarray(12)).join('.')}`;
  const groups = Array.from(
    { length: 8 },
    (_, index) => (address[index * 2] ?? 0) * 256 + (address[index * 2 + 1] ?? 0),
  );
  const zeros = longestZeroRun(groups);
  const hex = groups.map((group) => group.toString(16));
  if (zeros.length < 2) return hex.join(':');
  return `${hex.slice(0, zeros.start).join(':')}::${hex.slice(zeros.start + zeros.length).join(':')}`;
}

/** IPv4 before IPv6, then by number. */
export function compareIpAddresses(a: IpAddress, b: IpAddress): number {
  if (a.length !== b.length) return a.length - b.length;
  const at = a.findIndex((octet, index) => octet !== b[index]);
  return at === -1 ? 0 : (a[at] ?? 0) - (b[at] ?? 0);
}

/** A block of addresses: those whose first `prefixBits` bits equal those of `address`. */
export interface Cidr {
  readonly address: IpAddress;
  readonly prefixBits: number;
}

/** Reads `192.0.2.0/24` or `2001:db8::/32`; an address alone is a block of one. Bits behind the prefix must be zero. */
export function parseCidr(text: string): Result<Cidr> {
  const parts = /^([^/]+)(?:\/(0|[1-9]\d{0,2}))?$/.exec(text);
  const address = parts?.[1] === undefined ? err('') : parseIpAddress(parts[1]);
  if (!address.ok) return err(`"${text}" is not an address block: write it like 192.0.2.0/24 or 2001:db8::/32`);
  const bits = address.value.length * 8;
  const prefixBits = parts?.[2] === undefined ? bits : Number(parts[2]);
  if (prefixBits > bits) return err(`"${text}" has a prefix longer than ${bits} bits`);
  const block = { address: address.value, prefixBits };
  const first = address.value.map((octet, index) => octet & prefixMask(prefixBits, index));
  if (compareIpAddresses(first, address.value) !== 0) {
    return err(`"${text}" has bits set behind its prefix: did you mean ${formatIpAddress(first)}/${prefixBits}?`);
  }
  return ok(block);
}

/** Whether the block holds the address. An IPv4 block holds no IPv6 address, mapped ones included. */
export function cidrContains(block: Cidr, address: IpAddress): boolean {
  return (
    block.address.length === address.length &&
    block.address.every((octet, index) => ((octet ^ (address[index] ?? 0)) & prefixMask(block.prefixBits, index)) === 0)
  );
}

function prefixMask(prefixBits: number, octetIndex: number): number {
  const bits = Math.min(8, Math.max(0, prefixBits - octetIndex * 8));
  return (0xff << (8 - bits)) & 0xff;
}

function parseIpv4(text: string): IpAddress | null {
  const octets = new Uint8Array(4);
  let start = 0;
  for (let place = 0; place < 4; place += 1) {
    const dot = place === 3 ? text.length : text.indexOf('.', start);
    const value = readOctet(text, start, dot);
    if (value === null) return null;
    octets[place] = value;
    start = dot + 1;
  }
  return octets;
}

/** A number from 0 to 255 without leading zeros, character by character: every report of a client has some. */
function readOctet(text: string, start: number, end: number): number | null {
  const digits = end - start;
  if (digits < 1 || digits > 3 || (digits > 1 && text.charCodeAt(start) === 0x30)) return null;
  let value = 0;
  for (let position = start; position < end; position += 1) {
    const digit = text.charCodeAt(position) - 0x30;
    if (digit < 0 || digit > 9) return null;
    value = value * 10 + digit;
  }
  return value <= 255 ? value : null;
}

function parseIpv6(text: string): IpAddress | null {
  if (text.length > 45) return null;
  const halves = text.split('::');
  if (halves.length > 2) return null;
  const [head, tail] = halves.map((half) => (half === '' ? [] : half.split(':')));
  if (head === undefined) return null;
  const before = readGroups(head, tail === undefined);
  if (tail === undefined) return before?.length === 16 ? Uint8Array.from(before) : null;
  const after = readGroups(tail, true);
  if (before === null || after === null || before.length + after.length > 14) return null;
  const zeros = Array.from({ length: 16 - before.length - after.length }, () => 0);
  return Uint8Array.from([...before, ...zeros, ...after]);
}

/** Octets of groups; the last of the address may be an IPv4 address (RFC 4291 section 2.2, form 3). */
function readGroups(groups: readonly string[], endsAddress: boolean): readonly number[] | null {
  const octets: number[] = [];
  for (const [index, group] of groups.entries()) {
    const dotted = endsAddress && index === groups.length - 1 && group.includes('.') ? parseIpv4(group) : null;
    if (dotted !== null) octets.push(...dotted);
    else if (/^[0-9a-f]{1,4}$/i.test(group)) octets.push(parseInt(group, 16) >> 8, parseInt(group, 16) & 0xff);
    else return null;
  }
  return octets;
}

function longestZeroRun(groups: readonly number[]): { readonly start: number; readonly length: number } {
  let longest = { start: 0, length: 0 };
  let start = 0;
  for (const [index, group] of groups.entries()) {
    if (group !== 0) start = index + 1;
    else if (index + 1 - start > longest.length) longest = { start, length: index + 1 - start };
  }
  return longest;
}
