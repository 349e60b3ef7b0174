import fc from 'fast-check';
import { RelpFrames } from '#lib/reports/relp-frames.ts';

function read(...chunks: readonly (string | Buffer)[]): {
  readonly frames: readonly unknown[];
  readonly isBroken: boolean;
} {
  const reader = new RelpFrames();
  const frames = chunks.flatMap((chunk) => [...reader.push(Buffer.from(chunk))]);
  return {
    frames: frames.map(({ transaction, command, text }) => [transaction, command, text]),
    isBroken: reader.isBroken,
  };
}

describe('RELP', () => {
  it.each([
    ['1 open 14 relp_version=0\n', [[1, 'open', 'relp_version=0']]],
    [
      '2 syslog 5 <1>a\n\n3 close 0\n',
      [
        [2, 'syslog', '<1>a\n'],
        [3, 'close', ''],
      ],
    ],
    [
      '3 close 0 \n4 syslog 4 <1>b\n',
      [
        [3, 'close', ''],
        [4, 'syslog', '<1>b'],
      ],
    ],
    ['4 syslog 3 ü!\n', [[4, 'syslog', 'ü!']]],
    ['5 syslog 10 <1>', []],
  ])('%j is read', (text, frames) => {
    expect(read(text)).toEqual({ frames, isBroken: false });
  });

  it.each(['GET / HTTP/1.1\r\n', '\x16\x03\x01', '1 open\n', '1 syslog 5\n', '1'.repeat(80)])(
    '%j is not RELP',
    (text) => {
      expect(read(text, '1 open 1 x\n')).toEqual({ frames: [], isBroken: true });
    },
  );

  it('keeps only the beginning of a long frame', () => {
    const { frames } = read(`1 syslog 20000 ${'x'.repeat(20_000)}\n2 syslog 1 y\n`);
    expect(frames).toEqual([
      [1, 'syslog', 'x'.repeat(8192)],
      [2, 'syslog', 'y'],
    ]);
  });

  it('is the same however it is cut', () => {
    const part = fc
      .record({ transaction: fc.nat(999_999_999), data: fc.string({ maxLength: 60, unit: 'binary' }) })
      .map(({ transaction, data }) => `${String(transaction)} syslog ${String(Buffer.byteLength(data))} ${data}\n`);
    const long = fc.constant(`7 syslog 9000 ${'z'.repeat(9000)}\n`);
    fc.assert(
      fc.property(
        fc.array(fc.oneof(part, long), { maxLength: 6 }),
        fc.array(fc.integer({ min: 1, max: 5000 })),
        (parts, cuts) => {
          const whole = Buffer.from(parts.join(''));
          const chunks: Buffer[] = [];
          let start = 0;
          for (const cut of cuts) {
            chunks.push(whole.subarray(start, start + cut));
            start += cut;
          }
          const cutUp = read(...chunks, whole.subarray(start));
          expect(cutUp).toEqual(read(whole));
          expect(cutUp.frames).toHaveLength(parts.length);
        },
      ),
    );
  });
});
