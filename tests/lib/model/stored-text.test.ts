import fc from 'fast-check';
import { readStoredJson, storableJson } from '#lib/model/stored-text.ts';

describe('stored JSON', () => {
  it('comes back as it went, for any text of bytes', () => {
    const latin1 = fc.array(fc.integer({ min: 0, max: 255 })).map((octets) => String.fromCharCode(...octets));
    fc.assert(fc.property(fc.array(latin1), (texts) => expect(readStoredJson(storableJson(texts))).toEqual(texts)));
  });

  it('holds nothing that Postgres refuses', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(storableJson(`${text}\ud800\0`)).not.toMatch(/\\u0000|\\ud[89ab]/);
      }),
    );
  });
});
