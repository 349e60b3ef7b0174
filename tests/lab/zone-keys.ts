import { createHash, generateKeyPair, randomBytes, type JsonWebKey, type KeyObject } from 'node:crypto';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { algorithmNames, type Algorithm, type DsSpec, type KeySpec } from './zone-types.ts';

const generate = promisify(generateKeyPair);
/** Of 65,536 key tags two among some hundred keys are likely to be the same. */
const maxKeysTried = 20_000;

/** A key of a zone, on disk as ldns-signzone takes it. */
export interface ZoneKey {
  readonly spec: KeySpec;
  readonly tag: number;
  /** Data of its DNSKEY record. */
  readonly data: string;
  readonly rdata: Uint8Array;
  /** Name of its files without the ending. */
  readonly file: string;
}

/**
 * Makes the keys of a zone. Those with one letter of collision are made until they share a tag; they come in canonical
 * order, which is the order that validators try them in.
 */
export async function createZoneKeys(
  zone: string,
  specs: readonly KeySpec[],
  folder: string,
): Promise<readonly ZoneKey[]> {
  mkdirSync(folder, { recursive: true });
  const colliding = new Map<string, readonly Material[]>();
  const keys: ZoneKey[] = [];
  for (const spec of specs) {
    if (spec.use === 'forged') {
      keys.push(forge(spec, keys));
      continue;
    }
    if (spec.collision === null) {
      keys.push(store(zone, folder, spec, await createOther(spec, folder)));
      continue;
    }
    const alike = specs.filter((other) => other.collision === spec.collision).length;
    const left = colliding.get(spec.collision) ?? (await createColliding(spec, alike));
    const [material, ...rest] = left;
    if (material === undefined) throw new Error(`${zone} has no key left with the tag of ${spec.collision}.`);
    colliding.set(spec.collision, rest);
    keys.push(store(zone, folder, spec, material, String(rest.length)));
  }
  return keys;
}

/** The data of a DS record (RFC 4034 section 5.1). */
export function dsData(zone: string, spec: DsSpec, keys: readonly ZoneKey[]): string {
  const key = spec.key === 'absent' ? undefined : keys[spec.key];
  const rdata = key?.rdata ?? randomBytes(68);
  const tag = key?.tag ?? keyTag(rdata);
  const digested = spec.wrongDigest ? randomBytes(64) : Buffer.concat([wireName(zone), rdata]);
  const digest = createHash(digestHash(spec.digestType)).update(digested).digest('hex');
  return `${tag} ${spec.algorithm ?? key?.spec.algorithm ?? 13} ${spec.digestType} ${digest}`;
}

/** Key tag (RFC 4034 appendix B). */
function keyTag(rdata: Uint8Array): number {
  const sum = rdata.reduce((total, octet, index) => total + (index % 2 === 0 ? octet * 256 : octet), 0);
  return (sum + Math.floor(sum / 65_536)) % 65_536;
}

interface Material {
  readonly rdata: Uint8Array;
  readonly jwk: JsonWebKey;
}

/** One whose tag no key in the folder has: a tag has 16 bits, and files are named by it. */
async function createOther(spec: KeySpec, folder: string): Promise<Material> {
  for (;;) {
    const material = await createMaterial(spec);
    if (!existsSync(`${keyFile(folder, spec, keyTag(material.rdata))}.key`)) return material;
  }
}

async function createMaterial(spec: KeySpec): Promise<Material> {
  const jwk = (await createPrivateKey(spec.algorithm)).export({ format: 'jwk' });
  const header = Buffer.from([spec.flags >> 8, spec.flags & 255, 3, spec.algorithm]);
  return { rdata: Buffer.concat([header, publicKey(jwk)]), jwk };
}

/**
 * A key with the tag of the first one: the tag is a sum of 16-bit words, and these are the same words in another order
 * (RFC 4034 appendix B).
 */
function forge(spec: KeySpec, keys: readonly ZoneKey[]): ZoneKey {
  const [first] = keys;
  if (first === undefined) throw new Error('A forged key needs a key before it.');
  const [header, key] = [first.rdata.subarray(0, 4), first.rdata.subarray(4)];
  const cut = 2 * keys.length;
  const rdata = Buffer.concat([header, key.subarray(cut), key.subarray(0, cut)]);
  return { ...first, spec, rdata, data: dnskeyData(rdata) };
}

/** Presentation form of a DNSKEY record (RFC 4034 section 2.2). */
function dnskeyData(rdata: Uint8Array): string {
  const [high = 0, low = 0, protocol, algorithm] = rdata;
  return `${high * 256 + low} ${protocol} ${algorithm} ${Buffer.from(rdata.subarray(4)).toString('base64')}`;
}

async function createColliding(spec: KeySpec, count: number): Promise<readonly Material[]> {
  const byTag = new Map<number, readonly Material[]>();
  for (let tried = 0; tried < maxKeysTried; tried += 1) {
    const material = await createMaterial(spec);
    const tag = keyTag(material.rdata);
    const alike = [...(byTag.get(tag) ?? []), material];
    if (alike.length === count) return alike.sort((a, b) => Buffer.compare(a.rdata, b.rdata));
    byTag.set(tag, alike);
  }
  throw new Error(`${maxKeysTried} keys, and no ${count} of them have the same tag.`);
}

/** One for all zones: it takes longer to make than everything else. */
let sharedRsaKey: Promise<{ readonly privateKey: KeyObject }> | undefined;

async function createPrivateKey(algorithm: Algorithm): Promise<KeyObject> {
  switch (algorithm) {
    case 5:
    case 7:
    case 8:
    case 10:
      sharedRsaKey ??= generate('rsa', { modulusLength: 2048 });
      return (await sharedRsaKey).privateKey;
    case 13:
      return (await generate('ec', { namedCurve: 'P-256' })).privateKey;
    case 14:
      return (await generate('ec', { namedCurve: 'P-384' })).privateKey;
    case 15:
      return (await generate('ed25519', {})).privateKey;
    case 16:
      return (await generate('ed448', {})).privateKey;
  }
}

/** Public key field: RFC 3110 section 2, RFC 6605 section 4, RFC 8080 section 3. */
function publicKey(jwk: JsonWebKey): Uint8Array {
  if (jwk.kty === 'RSA') {
    const exponent = octets(jwk.e);
    return Buffer.concat([Buffer.from([exponent.length]), exponent, octets(jwk.n)]);
  }
  return Buffer.concat([octets(jwk.x), octets(jwk.y)]);
}

function keyFile(folder: string, spec: KeySpec, tag: number, suffix = ''): string {
  return join(folder, `K${spec.algorithm}-${spec.flags}-${tag}-${suffix}`);
}

function store(zone: string, folder: string, spec: KeySpec, { rdata, jwk }: Material, suffix = ''): ZoneKey {
  const tag = keyTag(rdata);
  const file = keyFile(folder, spec, tag, suffix);
  const data = dnskeyData(rdata);
  writeFileSync(`${file}.key`, `${zone} IN DNSKEY ${data}\n`);
  const fields = privateFields(jwk).map(([name, value]) => `${name}: ${octets(value).toString('base64')}`);
  const algorithm = `Algorithm: ${spec.algorithm} (${algorithmNames[spec.algorithm]})`;
  writeFileSync(`${file}.private`, ['Private-key-format: v1.2', algorithm, ...fields, ''].join('\n'));
  return { spec, tag, data, rdata, file };
}

function privateFields(jwk: JsonWebKey): readonly (readonly [string, string | undefined])[] {
  if (jwk.kty !== 'RSA') return [['PrivateKey', jwk.d]];
  return [
    ['Modulus', jwk.n],
    ['PublicExponent', jwk.e],
    ['PrivateExponent', jwk.d],
    ['Prime1', jwk.p],
    ['Prime2', jwk.q],
    ['Exponent1', jwk.dp],
    ['Exponent2', jwk.dq],
    ['Coefficient', jwk.qi],
  ];
}

function octets(base64url: string | undefined): Buffer {
  return Buffer.from(base64url ?? '', 'base64url');
}

/** Of a name without escapes. */
function wireName(zone: string): Buffer {
  const labels = zone.split('.').filter((label) => label !== '');
  const parts = labels.map((label) => Buffer.concat([Buffer.from([label.length]), Buffer.from(label.toLowerCase())]));
  return Buffer.concat([...parts, Buffer.from([0])]);
}

/** Digest types that nobody knows get octets of the same length as SHA-256. */
function digestHash(digestType: number): string {
  if (digestType === 1) return 'sha1';
  return digestType === 4 ? 'sha384' : 'sha256';
}
