import fc from 'fast-check';
import { derTag, readDerElement, readDerElements, readDerTime } from '#lib/x509/der.ts';

const bytes = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, 'hex'));
const time = (tag: number, text: string): number | undefined =>
  readDerTime({ tag, raw: new Uint8Array(), contents: Uint8Array.from(Buffer.from(text, 'latin1')) });

describe('readDerElement', () => {
  it('cuts an element out of what follows', () => {
    expect(readDerElement(bytes('0402aabbff'))).toEqual({ tag: 0x04, raw: bytes('0402aabb'), contents: bytes('aabb') });
  });

  it('reads a length of more octets', () => {
    const long = bytes(`048180${'00'.repeat(128)}`);
    expect(readDerElement(long)?.contents).toHaveLength(128);
  });

  it.each([
    ['', 'nothing'],
    ['04', 'no length'],
    ['0403aabb', 'truncated'],
    ['0480aabb0000', 'indefinite length'],
    ['04810100', 'a length that fits one octet'],
    ['0482007f', 'a length with a leading zero'],
    ['1f810000', 'a tag number above 30'],
    ['0485000000000100', 'a length of five octets'],
  ])('refuses %s: %s', (hex) => {
    expect(readDerElement(bytes(hex))).toBeUndefined();
  });

  it('never throws and never reads past the end', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (input) => {
        const element = readDerElement(input);
        expect(element === undefined || element.raw.length <= input.length).toBe(true);
        const all = readDerElements(input);
        expect(all === undefined || all.reduce((sum, { raw }) => sum + raw.length, 0) === input.length).toBe(true);
      }),
    );
  });
});

describe('readDerTime', () => {
  it('reads both forms that RFC 5280 allows', () => {
    expect(time(derTag.utcTime, '491231235959Z')).toBe(Date.UTC(2049, 11, 31, 23, 59, 59));
    expect(time(derTag.utcTime, '500101000000Z')).toBe(Date.UTC(1950, 0, 1));
    expect(time(derTag.generalizedTime, '20500101000000Z')).toBe(Date.UTC(2050, 0, 1));
  });

  it.each([
    '20500101000000',
    '2050010100Z',
    '20500101000000.5Z',
    '20500230000000Z',
    '20501301000000Z',
    '20500101240000Z',
  ])('refuses %s', (text) => {
    expect(time(derTag.generalizedTime, text)).toBeUndefined();
  });
});
