import fc from 'fast-check';
import { jsonText } from '#workers/cli/json-text.ts';

const obeyed = /(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;

describe('JSON for a terminal', () => {
  it('reads back as the same value and holds nothing that a terminal obeys', () => {
    const text = fc.array(
      fc.oneof(
        fc.constantFrom('\u001b[2J', '\u009b2J', '\u0000', '\u202e', '\u2066', '\u061c', '\u{e0041}', '\u2028', '\r\n'),
        fc.string({ unit: 'grapheme' }),
        fc.string({ unit: 'binary' }),
      ),
    );
    fc.assert(
      fc.property(fc.dictionary(fc.string({ unit: 'binary' }), text), (value) => {
        const json = jsonText(value);
        expect(json).not.toMatch(obeyed);
        expect(JSON.parse(json)).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });
});
