import { createPublicKey, verify, type KeyObject } from 'node:crypto';
import { algorithms, rsaAlgorithm, type AlgorithmTable, type SignatureAlgorithm } from '#lib/dnssec/algorithms.ts';

/*
 * Recorded zones are older than the policy of today: DSA and RSA/MD5, which production calls unsupported, are verified
 * here, and so is RSA/SHA-1 where production leaves it out.
 */

const prefixOctets = 20;

/** DSA (RFC 2536): the key is T, Q, P, G and Y, the signature T, R and S. */
function dsaAlgorithm(mnemonic: string): SignatureAlgorithm {
  return {
    mnemonic,
    retired: true,
    verify: ({ publicKey, data, signature }) => {
      const key = readDsaKey(Buffer.from(publicKey));
      if (key === null) return false;
      try {
        return signature.length === 1 + 2 * prefixOctets
          ? verify('sha1', data, { key, dsaEncoding: 'ieee-p1363' }, signature.subarray(1))
          : verify('sha1', data, { key, dsaEncoding: 'der' }, signature);
      } catch {
        return false;
      }
    },
  };
}

function readDsaKey(octets: Buffer): KeyObject | null {
  const size = 64 + (octets[0] ?? 0) * 8;
  if (octets.length !== 1 + prefixOctets + 3 * size) return null;
  const at = (index: number): Buffer => octets.subarray(21 + index * size, 21 + (index + 1) * size);
  const parameters = sequence([integer(at(0)), integer(octets.subarray(1, 21)), integer(at(1))]);
  const algorithm = sequence([Buffer.from('06072a8648ce380401', 'hex'), parameters]);
  const bits = der(0x03, Buffer.concat([Buffer.of(0), integer(at(2))]));
  try {
    return createPublicKey({ key: sequence([algorithm, bits]), format: 'der', type: 'spki' });
  } catch {
    return null;
  }
}

function sequence(parts: readonly Buffer[]): Buffer {
  return der(0x30, Buffer.concat(parts));
}

/** DER wants no zeros in front, but one where the number would look negative. */
function integer(octets: Buffer): Buffer {
  const start = octets.findIndex((octet) => octet !== 0);
  const shortest = start === -1 ? Buffer.of(0) : octets.subarray(start);
  return der(0x02, (shortest[0] ?? 0) > 0x7f ? Buffer.concat([Buffer.of(0), shortest]) : shortest);
}

function der(tag: number, content: Buffer): Buffer {
  const { length } = content;
  const head =
    length < 128 ? [tag, length] : length < 256 ? [tag, 0x81, length] : [tag, 0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from(head), content]);
}

export const testAlgorithms: AlgorithmTable = new Map([
  [1, rsaAlgorithm('RSAMD5', { hash: 'md5', retired: true })],
  [3, dsaAlgorithm('DSA')],
  [5, rsaAlgorithm('RSASHA1', { hash: 'sha1', retired: true })],
  [6, dsaAlgorithm('DSA-NSEC3-SHA1')],
  [7, rsaAlgorithm('RSASHA1-NSEC3-SHA1', { hash: 'sha1', retired: true })],
  ...algorithms,
]);
