import { generateKeyPairSync, sign } from 'node:crypto';
import forge from 'node-forge';
import { testAlgorithms } from './test-algorithms.ts';

const { asn1 } = forge;

/** The numbers in a DER structure, as octets, in the order they stand. */
function integers(der: string): readonly Buffer[] {
  const walk = (node: forge.asn1.Asn1): readonly Buffer[] => {
    if (typeof node.value !== 'string') return node.value.flatMap(walk);
    return node.type === asn1.Type.INTEGER ? [Buffer.from(node.value, 'latin1')] : [];
  };
  return walk(asn1.fromDer(der));
}

function padded(number: Buffer, octets: number): Buffer {
  const digits = number[0] === 0 ? number.subarray(1) : number;
  return Buffer.concat([Buffer.alloc(octets - digits.length), digits]);
}

describe('algorithms that only recorded zones use', () => {
  const { publicKey, privateKey } = generateKeyPairSync('dsa', { modulusLength: 1024, divisorLength: 160 });
  const spki = publicKey.export({ format: 'der', type: 'spki' });
  const [p, q, g, y] = integers(spki.toString('latin1'));
  if (p === undefined || q === undefined || g === undefined || y === undefined) throw new Error('no DSA key');
  const key = Buffer.concat([Buffer.of(8), padded(q, 20), ...[p, g, y].map((number) => padded(number, 128))]);
  const data = Buffer.from('what is signed');

  it.each([3, 6])('verifies DSA with number %i in both forms of signature', (number) => {
    const verify = (signature: Buffer, over = data): boolean | undefined =>
      testAlgorithms.get(number)?.verify({ publicKey: key, data: over, signature });
    const plain = sign('sha1', data, { key: privateKey, dsaEncoding: 'ieee-p1363' });
    const encoded = sign('sha1', data, { key: privateKey, dsaEncoding: 'der' });
    expect(verify(Buffer.concat([Buffer.of(8), plain]))).toBe(true);
    expect(verify(encoded)).toBe(true);
    expect(verify(Buffer.concat([Buffer.of(8), plain]), Buffer.from('something else'))).toBe(false);
    expect(verify(Buffer.alloc(41))).toBe(false);
    expect(verify(Buffer.alloc(0))).toBe(false);
  });

  it('keeps what production verifies', () => {
    expect([...testAlgorithms.keys()].sort((a, b) => a - b)).toEqual([1, 3, 5, 6, 7, 8, 10, 13, 14, 15, 16]);
  });
});
