import { maxItems, maxLineBytes, splitBody } from '#lib/reports/read-lines.ts';

function split(body: string | Buffer): readonly unknown[] {
  return [...splitBody(Buffer.from(body))].map((item) => (item.ok ? item.value : item.error.detail));
}

describe('the items of a body', () => {
  it.each([
    ['', []],
    [' \r\n\n', []],
    ['[]', []],
    [' [ ]\n', []],
    ['{"a":1}', [{ a: 1 }]],
    ['{"a":1}\n\r\n {"a":2}\r\n', [{ a: 1 }, { a: 2 }]],
    ['{\n  "a": [\n    1\n  ]\n}\n', [{ a: [1] }]],
    ['[{"a":"],["},\n{"b":"\\"]"}]', [{ a: '],[' }, { b: '"]' }]],
    ['[1,[2,[3]],{"a":{"b":[]}}]', [1, [2, [3]], { a: { b: [] } }]],
    ['{"a":1,"a":2}', [{ a: 2 }]],
    ['{"a":"\ufffd"}', [{ a: '\ufffd' }]],
  ])('of %j are taken apart', (body, items) => {
    expect(split(body)).toEqual(items);
  });

  it.each([
    ['{"a":1}\n{"a":\n{"a":3}', [{ a: 1 }, 'Is not JSON.', { a: 3 }]],
    ['[{"a":1},{"a"},{"a":3}]', [{ a: 1 }, 'Is not JSON.', { a: 3 }]],
    ['[1,,2]', [1, 'There is nothing between two commas.', 2]],
    ['[1,]', [1, 'There is nothing between two commas.']],
    ['[1', ['The array ends before its closing bracket.']],
    ['[{"a":"x', ['The array ends before its closing bracket.']],
    ['[1] 2', [1, 'There is something after the array.']],
    [`1\n${'['.repeat(17)}1${']'.repeat(17)}\n2`, [1, 'Has brackets in brackets more than 16 deep.', 2]],
    [`{"a":"${'['.repeat(17)}\\""}`, [{ a: `${'['.repeat(17)}"` }]],
  ])('of %j have an error where one is broken', (body, items) => {
    expect(split(body)).toEqual(items);
  });

  it('has an error for a line in broken UTF-8 and takes the rest', () => {
    const body = Buffer.concat([Buffer.from('{"a":"'), Buffer.from([0xff, 0xc3]), Buffer.from('"}\n{"a":"ü"}')]);
    expect(split(body)).toEqual(['Is not UTF-8.', { a: 'ü' }]);
  });

  it('has an error for a line that is too long and takes the rest', () => {
    const long = `{"a":"${'x'.repeat(maxLineBytes)}"}`;
    const detail = `Is ${String(long.length)} bytes long; at most ${String(maxLineBytes)} are taken.`;
    expect(split(`${long}\n{"a":2}`)).toEqual([detail, { a: 2 }]);
    expect(split(`[${long},{"a":2}]`)).toEqual([detail, { a: 2 }]);
  });

  it.each(['\n', ','])('takes no more than it may, separated by %j', (separator) => {
    const items = Array.from({ length: maxItems + 5 }, () => '1').join(separator);
    const taken = split(separator === ',' ? `[${items}]` : items);
    expect(taken).toHaveLength(maxItems + 1);
    expect(taken.at(-1)).toBe(`This and all after it are not taken: at most ${String(maxItems)} at once.`);
  });

  it('numbers lines that are not blank', () => {
    expect([...splitBody(Buffer.from('1\n\n\n2'))].map(({ index }) => index)).toEqual([0, 1]);
  });
});
