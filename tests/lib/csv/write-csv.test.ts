import { writeCsv } from '#lib/csv/write-csv.ts';

function line(...values: Parameters<typeof writeCsv>[1][number]): string {
  return writeCsv([], [values]).split('\r\n').slice(1).join('\r\n').trimEnd();
}

describe('writeCsv', () => {
  it('ends each row with CRLF and doubles quotes', () => {
    expect(writeCsv(['a', 'b'], [['x,"y"', 'z\nw']])).toBe('a,b\r\n"x,""y""","z\nw"\r\n');
  });

  it('leaves numbers, dates and absent values as they are', () => {
    expect(line(-3, true, null, new Date(0))).toBe('-3,true,,1970-01-01T00:00:00.000Z');
  });

  it.each([
    '=1+1',
    '+1',
    '-1',
    '@SUM(A1)',
    '\t=1',
    '\r=1',
    '\n=1',
    '  =1',
    '\u200b=1',
    '\ufeff=cmd',
    '\u202e=1',
    '\uff1d1',
    '|x',
  ])('makes no formula of %j', (text) => {
    expect(line(text).replace(/^"/, '')).toMatch(/^'/);
  });

  it('does not touch a text that has such a character further behind', () => {
    expect(line('a=b', 'mail-1.example.org')).toBe('a=b,mail-1.example.org');
  });

  it('makes no formula of a header', () => {
    expect(writeCsv(['=x'], [])).toBe("'=x\r\n");
  });

  it('writes no NUL', () => {
    expect(line('a\0b')).toBe('a\ufffdb');
  });
});
