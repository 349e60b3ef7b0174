import fc from 'fast-check';
import { readIdentityList } from '#lib/mail/identity.ts';

describe('the list of an ID response', () => {
  it('is read as Dovecot sends it', () => {
    const text =
      '("name" "Dovecot Lab" "version" "2.3.19.1" "deep-status" "tls10 tls-cert <https://www.example.com/privacy-support.html>" "deep" "tls10")';
    expect(readIdentityList(text)).toEqual([
      ['name', 'Dovecot Lab'],
      ['version', '2.3.19.1'],
      ['deep-status', 'tls10 tls-cert <https://www.example.com/privacy-support.html>'],
      ['deep', 'tls10'],
    ]);
  });

  it.each([
    ['NIL', []],
    ['nil', []],
    ['()', []],
    [
      '("a" NIL "b" "")',
      [
        ['a', null],
        ['b', ''],
      ],
    ],
    [String.raw`("a" "say \"hi\" \\")`, [['a', String.raw`say "hi" \ `.trimEnd()]]],
    [
      '("a" {5}\r\n) "x( "b" "c")',
      [
        ['a', ') "x('],
        ['b', 'c'],
      ],
    ],
    ['("a" "b" "c")', [['a', 'b']]],
    ['(NIL "b" "c" "d")', [['c', 'd']]],
  ])('is read from %j', (text, fields) => {
    expect(readIdentityList(text)).toEqual(fields);
  });

  it.each(['', 'OK', '("a" "b', '("a" b)', '("a" {9}\r\nshort)', '("a"', '("a" NILS)'])(
    'is not read from %j',
    (text) => {
      expect(readIdentityList(text)).toBeNull();
    },
  );

  it('has 30 fields, keys of 30 octets and values of 1024 at the most', () => {
    const pair = `"${'k'.repeat(40)}" "${'v'.repeat(2000)}"`;
    const fields = readIdentityList(`(${Array.from({ length: 40 }, () => pair).join(' ')})`);
    expect(fields).toHaveLength(30);
    expect(fields?.[29]).toEqual(['k'.repeat(30), 'v'.repeat(1024)]);
  });

  it('never throws', () => {
    const piece = fc.constantFrom('(', ')', '"', '\\', 'NIL', ' ', '{3}\r\n', '{999999999}\r\n', 'x');
    fc.assert(
      fc.property(
        fc.array(fc.oneof(piece, fc.string({ unit: 'binary', maxLength: 5 })), { maxLength: 40 }),
        (pieces) => {
          const fields = readIdentityList(`(${pieces.join('')}`);
          expect(fields === null || fields.length <= 30).toBe(true);
        },
      ),
    );
  });
});
