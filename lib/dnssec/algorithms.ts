import { createPublicKey, verify, type KeyObject } from 'node:crypto';
import { uint16At, uint8At } from '../dns/octets.ts';

/*
 * Signature algorithms of DNSSEC (RFC 9904) over node:crypto. The table is injected where answers are validated, so that
 * a test may allow what production calls unsupported.
 */

export interface SignatureAlgorithm {
  readonly mnemonic: string;
  /** Deprecated for signing: still verified, and worth a warning. */
  readonly retired: boolean;
  /** Whether `signature` over `data` was made with the key in the public key field of a DNSKEY record. False for anything malformed. */
  readonly verify: (signed: SignedOctets) => boolean;
}

export interface SignedOctets {
  readonly publicKey: Uint8Array;
  readonly data: Uint8Array;
  readonly signature: Uint8Array;
}

/** By number. What is not in it is unsupported. */
export type AlgorithmTable = ReadonlyMap<number, SignatureAlgorithm>;

const minRsaModulusOctets = 64;
const maxRsaModulusOctets = 512;

/** RSA keys (RFC 3110): PKCS #1 v1.5 over the hash. */
export function rsaAlgorithm(
  mnemonic: string,
  { hash, retired = false }: { readonly hash: string; readonly retired?: boolean },
): SignatureAlgorithm {
  const keyOf = keyCache(readRsaKey);
  return {
    mnemonic,
    retired,
    verify: ({ publicKey, data, signature }) => {
      const key = keyOf(publicKey);
      return key !== null && safely(() => verify(hash, data, key, signature));
    },
  };
}

interface Curve {
  readonly name: 'P-256' | 'P-384';
  readonly hash: string;
  readonly octets: number;
}

/** ECDSA (RFC 6605): the key is x and y, the signature r and s, each of the curve's size. */
function ecdsaAlgorithm(mnemonic: string, { name, hash, octets }: Curve): SignatureAlgorithm {
  const keyOf = keyCache((key) =>
    key.length === 2 * octets
      ? importKey({ kty: 'EC', crv: name, x: base64Url(key.subarray(0, octets)), y: base64Url(key.subarray(octets)) })
      : null,
  );
  return {
    mnemonic,
    retired: false,
    verify: ({ publicKey, data, signature }) => {
      const key = signature.length === 2 * octets ? keyOf(publicKey) : null;
      return key !== null && safely(() => verify(hash, data, { key, dsaEncoding: 'ieee-p1363' }, signature));
    },
  };
}

/** EdDSA (RFC 8080). */
function eddsaAlgorithm(
  mnemonic: string,
  { curve, octets }: { readonly curve: 'Ed25519' | 'Ed448'; readonly octets: number },
): SignatureAlgorithm {
  const keyOf = keyCache((key) =>
    key.length === octets ? importKey({ kty: 'OKP', crv: curve, x: base64Url(key) }) : null,
  );
  return {
    mnemonic,
    retired: false,
    verify: ({ publicKey, data, signature }) => {
      const key = keyOf(publicKey);
      return key !== null && safely(() => verify(null, data, key, signature));
    },
  };
}

/** What this machine verifies. Where a policy of its OpenSSL refuses SHA-1, the algorithms with it are unsupported and not wrong. */
export const algorithms: AlgorithmTable = new Map([
  ...(allowsSha1()
    ? ([
        [5, rsaAlgorithm('RSASHA1', { hash: 'sha1', retired: true })],
        [7, rsaAlgorithm('RSASHA1-NSEC3-SHA1', { hash: 'sha1', retired: true })],
      ] as const)
    : []),
  [8, rsaAlgorithm('RSASHA256', { hash: 'sha256' })],
  [10, rsaAlgorithm('RSASHA512', { hash: 'sha512' })],
  [13, ecdsaAlgorithm('ECDSAP256SHA256', { name: 'P-256', hash: 'sha256', octets: 32 })],
  [14, ecdsaAlgorithm('ECDSAP384SHA384', { name: 'P-384', hash: 'sha384', octets: 48 })],
  [15, eddsaAlgorithm('ED25519', { curve: 'Ed25519', octets: 32 })],
  [16, eddsaAlgorithm('ED448', { curve: 'Ed448', octets: 57 })],
]);

function readRsaKey(octets: Uint8Array): KeyObject | null {
  if (octets.length < 3) return null;
  const short = uint8At(octets, 0);
  const start = short === 0 ? 3 : 1;
  const exponentEnd = start + (short === 0 ? uint16At(octets, 1) : short);
  const modulus = octets.subarray(exponentEnd);
  if (exponentEnd === start || modulus.length < minRsaModulusOctets || modulus.length > maxRsaModulusOctets)
    return null;
  return importKey({ kty: 'RSA', e: base64Url(octets.subarray(start, exponentEnd)), n: base64Url(modulus) });
}

function importKey(key: Readonly<Record<string, string>>): KeyObject | null {
  try {
    return createPublicKey({ key, format: 'jwk' });
  } catch {
    // Not a point of the curve, or no key at all.
    return null;
  }
}

/** OpenSSL throws on keys and signatures that it finds absurd; to us they are signatures that do not verify. */
function safely(check: () => boolean): boolean {
  try {
    return check();
  } catch {
    return false;
  }
}

function allowsSha1(): boolean {
  const key = importKey({ kty: 'RSA', e: 'AQAB', n: base64Url(new Uint8Array(256).fill(0xff)) });
  try {
    if (key !== null) verify('sha1', new Uint8Array(1), key, new Uint8Array(256));
    return true;
  } catch {
    return false;
  }
}

const cachedKeys = 2048;

/** Importing a key costs as much as verifying a signature with it. The oldest entry goes first. */
function keyCache(read: (octets: Uint8Array) => KeyObject | null): (octets: Uint8Array) => KeyObject | null {
  const known = new Map<string, KeyObject | null>();
  return (octets) => {
    const id = Buffer.from(octets).toString('latin1');
    const found = known.get(id);
    if (found !== undefined) return found;
    const key = read(octets);
    const [oldest] = known.keys();
    if (known.size >= cachedKeys && oldest !== undefined) known.delete(oldest);
    known.set(id, key);
    return key;
  };
}

function base64Url(octets: Uint8Array): string {
  return Buffer.from(octets).toString('base64url');
}
