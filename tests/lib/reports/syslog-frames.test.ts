import fc from 'fast-check';
import { maxFrameOctets, SyslogFrames } from '#lib/reports/syslog-frames.ts';

function frames(...chunks: readonly (string | Buffer)[]): readonly unknown[] {
  const reader = new SyslogFrames();
  return chunks
    .flatMap((chunk) => [...reader.push(Buffer.from(chunk))])
    .map((frame) => (frame.kind === 'message' ? frame.text : frame.octets));
}

describe('syslog over TCP', () => {
  it.each([
    [['<1>a\n<1>b\n'], ['<1>a', '<1>b']],
    [['<1>a\r\n\n<1>b\n'], ['<1>a', '<1>b']],
    [['4 <1>a4 <1>b'], ['<1>a', '<1>b']],
    [['5 <1>a\n4 <1>b<1>c\n'], ['<1>a', '<1>b', '<1>c']],
    [['6 <1>a\nb'], ['<1>a\nb']],
    [['2026-11-24T00:00:00Z x\n'], ['2026-11-24T00:00:00Z x']],
    [
      ['1', '0', ' <1>1234', '567<', '1>x\n'],
      ['<1>1234567', '<1>x'],
    ],
    [['<1>unfinished'], []],
  ])('%j is %j', (chunks, messages) => {
    expect(frames(...chunks)).toEqual(messages);
  });

  it('passes over what is too long, and reads on after it', () => {
    const long = 'x'.repeat(maxFrameOctets + 1);
    const half = Buffer.from(long).subarray(0, 5000);
    expect(frames(`${String(long.length)} ${long}4 <1>a`)).toEqual([long.length, '<1>a']);
    expect(frames(`<1>${long}\n<1>b\n`)).toEqual([long.length + 3, '<1>b']);
    expect(frames(half, half, half, '\n<1>b\n')).toEqual([15_000, '<1>b']);
  });

  it('is the same however it is cut', () => {
    const part = fc.oneof(
      fc.string({ maxLength: 40 }).map((text) => `<1>${text.replace(/[\r\n\0]/g, '')}\n`),
      fc.string({ maxLength: 40, unit: 'binary' }).map((text) => `${String(Buffer.byteLength(text))} ${text}`),
      fc.constant(`${'y'.repeat(maxFrameOctets + 7)}\n`),
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 6 }), fc.array(fc.integer({ min: 1, max: 9000 })), (parts, cuts) => {
        const whole = Buffer.from(parts.join(''));
        const chunks: Buffer[] = [];
        let start = 0;
        for (const cut of cuts) {
          chunks.push(whole.subarray(start, start + cut));
          start += cut;
        }
        expect(frames(...chunks, whole.subarray(start))).toEqual(frames(whole));
      }),
    );
  });
});
