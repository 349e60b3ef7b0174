import fc from 'fast-check';
import { fromBase32Hex, toBase32Hex } from '#lib/dns/base32hex.ts';
import { Name } from '#lib/dns/name.ts';
import { parseTypeBitMaps } from '#lib/dns/rdata/type-bit-maps.ts';
import { typeBitMaps } from '#tests/support/denial-chain.ts';

describe('base32hex', () => {
  it('writes the examples of RFC 4648 section 10, without padding', () => {
    const texts = ['', 'f', 'fo', 'foo', 'foob', 'fooba', 'foobar'];
    expect(texts.map((text) => toBase32Hex(Buffer.from(text)))).toEqual([
      '',
      'co',
      'cpng',
      'cpnmu',
      'cpnmuog',
      'cpnmuoj1',
      'cpnmuoj1e8',
    ]);
  });

  it('comes back, in any letter case', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (octets) => {
        const text = toBase32Hex(octets);
        expect(fromBase32Hex(text)).toEqual(octets);
        expect(fromBase32Hex(text.toUpperCase())).toEqual(octets);
      }),
    );
  });

  it.each(['w', 'z', '-', ' ', 'ü', '='])('refuses %j', (character) => {
    expect(fromBase32Hex(`00${character}`)).toBeNull();
  });
});

describe('type bit maps', () => {
  it('come back', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: 0, max: 0xffff }), { maxLength: 40 }), (types) => {
        const parsed = parseTypeBitMaps(Uint8Array.from(typeBitMaps(types)));
        expect(parsed.ok && [...parsed.value]).toEqual(types.toSorted((a, b) => a - b));
      }),
    );
  });

  it.each([
    ['half a head', [0]],
    ['no octets in a window', [0, 0]],
    ['33 octets in a window', [0, 33, ...new Array<number>(33).fill(1)]],
    ['a window that is cut off', [0, 3, 1, 1]],
    ['the same window twice', [0, 1, 1, 0, 1, 1]],
    ['windows out of order', [1, 1, 1, 0, 1, 1]],
  ])('refuse %s', (_, octets) => {
    expect(parseTypeBitMaps(Uint8Array.from(octets)).ok).toBe(false);
  });

  it('never throw', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), (octets) => {
        const parsed = parseTypeBitMaps(octets);
        if (parsed.ok) expect([...parsed.value].every((type) => type <= 0xffff)).toBe(true);
      }),
    );
  });
});

describe('canonical order of names', () => {
  /** RFC 4034 section 6.1, as it says: labels from the right as octet strings, with upper-case letters made lower-case. */
  const sortKey = (labels: readonly Uint8Array[]): readonly string[] =>
    labels
      .map((label) =>
        Buffer.from(label)
          .toString('latin1')
          .replace(/[A-Z]/g, (letter) => letter.toLowerCase()),
      )
      .toReversed();
  const compare = (a: readonly string[], b: readonly string[]): number => {
    const index = a.findIndex((label, at) => label !== b[at]);
    const [left, right] = [a[index], b[index]];
    if (left === undefined) return a.length - b.length;
    if (right === undefined) return 1;
    return left < right ? -1 : 1;
  };
  const label = fc
    .array(fc.constantFrom(0x00, 0x2a, 0x2d, 0x41, 0x42, 0x5b, 0x61, 0x62, 0xc1, 0xff), { minLength: 1, maxLength: 3 })
    .map((octets) => Uint8Array.from(octets));
  const labels = fc.array(label, { maxLength: 4 });
  const nameOf = (of: readonly Uint8Array[]): Name => {
    const made = Name.fromLabels(of);
    if (!made.ok) throw new Error(made.error);
    return made.value;
  };

  it('agrees with the definition', () => {
    fc.assert(
      fc.property(labels, labels, (a, b) => {
        const order = nameOf(a).compareCanonical(nameOf(b));
        expect(Math.sign(order)).toBe(Math.sign(compare(sortKey(a), sortKey(b))));
        expect(order === 0).toBe(nameOf(a).equals(nameOf(b)));
      }),
      { numRuns: 500 },
    );
  });
});
