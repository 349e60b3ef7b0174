import { createHash } from 'node:crypto';
import { nameOctets, u16, type RecordToSend } from '#tests/lib/dns/message-builder.ts';
import { labelsOf } from './zone-signer.ts';

/* NSEC and NSEC3 chains of test zones (RFC 4034 section 4, RFC 5155), written without the code that reads them. */

export interface ChainNode {
  readonly name: string;
  readonly types: readonly number[];
  /** A delegation without DS, or an empty non-terminal for the sake of one: left out of a chain with opt-out. */
  readonly unsigned: boolean;
}

export interface DenialChain {
  /** The record of a name; null where the chain has none. */
  readonly match: (name: string) => RecordToSend | null;
  /** The record whose span the name lies in; the last one spans to the first. */
  readonly cover: (name: string) => RecordToSend;
}

export interface Nsec3Options {
  readonly iterations?: number;
  readonly salt?: readonly number[];
  readonly optOut?: boolean;
}

/** Empty non-terminals have no types, and no record of their own. */
export function createNsecChain(nodes: readonly ChainNode[]): DenialChain {
  const own = nodes.filter(({ types }) => types.length > 0);
  const entries = own.map(({ name, types }) => ({ key: canonicalKey(name), name, types }));
  return linkUp(entries, canonicalKey, ({ name, types }, next) => ({
    name,
    type: 'NSEC',
    ttlSeconds: 300,
    data: [...nameOctets(next.name), ...typeBitMaps([...types, 46, 47])],
  }));
}

export function createNsec3Chain(nodes: readonly ChainNode[], apex: string, options: Nsec3Options): DenialChain {
  const { iterations = 0, salt = [], optOut = false } = options;
  const hash = (name: string): string => hashName(name, { iterations, salt }).toString('latin1');
  const entries = nodes
    .filter(({ unsigned }) => !(optOut && unsigned))
    .map(({ name, types }) => ({ key: hash(name), name, types }));
  return linkUp(entries, hash, ({ key, types }, next) => ({
    name: apex === '.' ? base32Hex(key) : `${base32Hex(key)}.${apex}`,
    type: 'NSEC3',
    ttlSeconds: 300,
    data: [
      ...[1, optOut ? 1 : 0, ...u16(iterations), salt.length, ...salt, 20],
      ...Buffer.from(next.key, 'latin1'),
      ...typeBitMaps(types.length === 0 || types.every((type) => type === 2) ? types : [...types, 46]),
    ],
  }));
}

interface Entry {
  readonly key: string;
  readonly name: string;
  readonly types: readonly number[];
}

function linkUp(
  entries: readonly Entry[],
  keyOf: (name: string) => string,
  write: (entry: Entry, next: Entry) => RecordToSend,
): DenialChain {
  const sorted = entries.toSorted((a, b) => (a.key < b.key ? -1 : 1));
  const at = (index: number): RecordToSend => {
    const entry = sorted.at(index);
    const next = sorted[(index + 1 + sorted.length) % sorted.length];
    if (entry === undefined || next === undefined) throw new Error('the chain is empty');
    return write(entry, next);
  };
  return {
    match: (name) => {
      const index = sorted.findIndex(({ key }) => key === keyOf(name));
      return index === -1 ? null : at(index);
    },
    // Before the first is after the last.
    cover: (name) => at(sorted.findLastIndex(({ key }) => key < keyOf(name))),
  };
}

/** Sorts as RFC 4034 section 6.1 says, for labels without a zero octet. */
function canonicalKey(name: string): string {
  return labelsOf(name).toReversed().join('\0');
}

function hashName(
  name: string,
  { iterations, salt }: { readonly iterations: number; readonly salt: readonly number[] },
) {
  let digest = Buffer.from(nameOctets(name));
  for (let round = 0; round <= iterations; round += 1) {
    digest = createHash('sha1')
      .update(Buffer.concat([digest, Buffer.from(salt)]))
      .digest();
  }
  return digest;
}

function base32Hex(latin1: string): string {
  const bits = Array.from(Buffer.from(latin1, 'latin1'), (octet) => octet.toString(2).padStart(8, '0')).join('');
  return (bits.match(/.{5}/g) ?? []).map((digit) => parseInt(digit, 2).toString(32)).join('');
}

export function typeBitMaps(types: readonly number[]): readonly number[] {
  return [...new Set(types.map((type) => type >> 8))]
    .sort((a, b) => a - b)
    .flatMap((window) => {
      const low = types.filter((type) => type >> 8 === window).map((type) => type & 0xff);
      const octets = new Array<number>((Math.max(...low) >> 3) + 1).fill(0);
      for (const type of low) octets[type >> 3] = (octets[type >> 3] ?? 0) | (0x80 >> (type & 7));
      return [window, octets.length, ...octets];
    });
}
