import fc from 'fast-check';
import { visibleParts } from '#components/ui/visible-parts.ts';

function shown(text: string): string {
  return visibleParts(text)
    .map((part) => (part.kind === 'text' ? part.text : `[${part.codePoint}]`))
    .join('');
}

test.each([
  ['plain ASCII <b>&amp;', 'plain ASCII <b>&amp;'],
  ['Grüße, 東京, ß', 'Grüße, 東京, ß'],
  ['a\u0000b\u001b[31m\r\n', 'a[U+0000]b[U+001B][31m[U+000D][U+000A]'],
  ['exe.\u202egnp', 'exe.[U+202E]gnp'],
  ['pay\u200bpal\ufeff', 'pay[U+200B]pal[U+FEFF]'],
  ['a\u00a0b\u2800\u3164', 'a[U+00A0]b[U+2800][U+3164]'],
  ['\u{e0061}tag', '[U+E0061]tag'],
  ['\ud800 half', '[U+D800] half'],
  ['e\u0301', 'e\u0301'],
  ['z\u0300\u0301\u0302\u0303\u0304', 'z\u0300\u0301\u0302[U+0303][U+0304]'],
])('%j is shown as %j', (text, expected) => {
  expect(shown(text)).toBe(expected);
});

test('no control, format or separator character is left in a text part, and nothing is lost', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
      const parts = visibleParts(text);
      const texts = parts.flatMap((part) => (part.kind === 'text' ? [part.text] : []));
      const back = parts
        .map((part) => (part.kind === 'text' ? part.text : String.fromCodePoint(parseInt(part.codePoint.slice(2), 16))))
        .join('');
      return texts.every((one) => !/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(one)) && back === text;
    }),
  );
});
