import { createHash, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { nameOctets, u16, type RecordToSend } from '#tests/lib/dns/message-builder.ts';
import { recordTypes } from '#lib/dns/types.ts';

/*
 * Keys and signatures of DNSSEC for tests, written without the code that verifies them. Record data must come in
 * canonical form: names in lower case.
 */

export interface ZoneKey {
  readonly algorithm: number;
  readonly tag: number;
  /** Data of the DNSKEY record. */
  readonly data: readonly number[];
  readonly sign: (octets: Uint8Array) => Uint8Array;
}

export interface KeyOptions {
  readonly algorithm?: number;
  readonly flags?: number;
  readonly protocol?: number;
  /** The tag that the key shall have: reserved flags are set so that it does. */
  readonly tag?: number;
}

/** Tags given out lately: a tag has 16 bits, and a test means two keys to be told apart unless it says otherwise. */
const drawnTags = new Set<number>();

/** Makes a key of algorithm 13, or of 8, 10, 14, 15 or 16. */
export function createKey(options: KeyOptions = {}): ZoneKey {
  if (drawnTags.size > 1000) drawnTags.clear();
  for (;;) {
    const key = drawKey(options);
    if (options.tag === undefined && drawnTags.has(key.tag)) continue;
    drawnTags.add(key.tag);
    return key;
  }
}

function drawKey({ algorithm = 13, flags = 257, protocol = 3, tag }: KeyOptions): ZoneKey {
  const { privateKey, publicOctets, hash } = generate(algorithm);
  const dataWith = (bits: number): readonly number[] => [...u16(bits), protocol, algorithm, ...publicOctets];
  const wanted = tag === undefined ? flags : flagsFor(tag, dataWith(0));
  if (wanted === null) return drawKey({ algorithm, flags, protocol, ...(tag === undefined ? {} : { tag }) });
  const data = dataWith(wanted);
  return {
    algorithm,
    tag: tagOf(data),
    data,
    sign: (octets) => sign(hash, octets, { key: privateKey, dsaEncoding: 'ieee-p1363' }),
  };
}

interface Pair {
  readonly privateKey: KeyObject;
  readonly publicOctets: Uint8Array;
  readonly hash: string | null;
}

function generate(algorithm: number): Pair {
  switch (algorithm) {
    case 8:
    case 10: {
      const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 1024 });
      const { e, n } = publicKey.export({ format: 'jwk' });
      const exponent = fromBase64(e);
      const publicOctets = Buffer.concat([Buffer.of(exponent.length), exponent, fromBase64(n)]);
      return { privateKey, publicOctets, hash: algorithm === 8 ? 'sha256' : 'sha512' };
    }
    case 15:
    case 16: {
      // Two calls: the overloads take one curve each.
      const { publicKey, privateKey } =
        algorithm === 15 ? generateKeyPairSync('ed25519') : generateKeyPairSync('ed448');
      return { privateKey, publicOctets: fromBase64(publicKey.export({ format: 'jwk' }).x), hash: null };
    }
    default: {
      const [namedCurve, hash] = algorithm === 14 ? ['P-384', 'sha384'] : ['P-256', 'sha256'];
      const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve });
      const { x, y } = publicKey.export({ format: 'jwk' });
      return { privateKey, publicOctets: Buffer.concat([fromBase64(x), fromBase64(y)]), hash };
    }
  }
}

function fromBase64(text: string | undefined): Buffer {
  return Buffer.from(text ?? '', 'base64url');
}

/** RFC 4034 appendix B. */
function tagOf(data: readonly number[]): number {
  return fold(weightOf(data));
}

function weightOf(data: readonly number[]): number {
  return data.reduce((total, octet, index) => total + (index % 2 === 0 ? octet << 8 : octet), 0);
}

function fold(weight: number): number {
  return (weight + (weight >>> 16)) & 0xffff;
}

/** Flags of a zone key that is not revoked and gives the tag; null where there are none. */
function flagsFor(tag: number, dataWithoutFlags: readonly number[]): number | null {
  const weight = weightOf(dataWithoutFlags);
  for (let flags = 0x0100; flags <= 0xffff; flags += 1) {
    if ((flags & 0x0180) === 0x0100 && fold(weight + flags) === tag) return flags;
  }
  return null;
}

const digestTypes = { sha1: 1, sha256: 2, sha384: 4 } as const;

/** Data of the DS record of a key. */
export function dsData(zone: string, key: ZoneKey, digest: keyof typeof digestTypes = 'sha256'): readonly number[] {
  const octets = createHash(digest)
    .update(Uint8Array.from([...nameOctets(zone), ...key.data]))
    .digest();
  return [...u16(key.tag), key.algorithm, digestTypes[digest], ...octets];
}

export interface Signing {
  readonly zone: string;
  readonly key: ZoneKey;
  /** Seconds since the epoch. */
  readonly inception: number;
  readonly expiration: number;
  readonly labels?: number;
  readonly originalTtlSeconds?: number;
}

/** The RRSIG record of a record set (RFC 4034 section 3.1.8.1). */
export function signSet(set: readonly RecordToSend[], signing: Signing): RecordToSend {
  const [first] = set;
  if (first === undefined) throw new Error('nothing to sign');
  const { key, zone } = signing;
  const ttl = signing.originalTtlSeconds ?? first.ttlSeconds ?? 3600;
  const labels = signing.labels ?? labelsOf(first.name).length - (first.name.startsWith('*') ? 1 : 0);
  const head = [
    ...u16(typeNumber(first.type)),
    key.algorithm,
    labels,
    ...[ttl, signing.expiration, signing.inception].flatMap(u32),
    ...u16(key.tag),
    ...nameOctets(zone),
  ];
  const datas = set.map(({ data }) => Buffer.from(data)).sort((a, b) => Buffer.compare(a, b));
  const owner = [...nameOctets(first.name), ...u16(typeNumber(first.type)), ...u16(1), ...u32(ttl)];
  const signed = Buffer.concat([
    Buffer.from(head),
    ...datas.flatMap((data) => [Buffer.from([...owner, ...u16(data.length)]), data]),
  ]);
  const signature = key.sign(signed);
  return { name: first.name, type: 'RRSIG', ttlSeconds: ttl, data: [...head, ...signature] };
}

/** Labels, the leftmost first. Names of tests are plain text in lower case, `.` for the root. */
export function labelsOf(name: string): readonly string[] {
  return name === '.' ? [] : name.split('.');
}

export function isBelow(name: string, apex: string): boolean {
  return apex === '.' || name === apex || name.endsWith(`.${apex}`);
}

export function typeNumber(type: RecordToSend['type']): number {
  return typeof type === 'number' ? type : recordTypes[type];
}

function u32(value: number): readonly number[] {
  return [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256);
}
