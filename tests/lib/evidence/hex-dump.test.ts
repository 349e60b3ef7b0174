import { hexDump, maxDumpBytes } from '#lib/evidence/hex-dump.ts';

test('prints offset, hex and what can be printed, sixteen bytes a row', () => {
  const { text, leftOut } = hexDump(Buffer.from('* OK \x1b[31m\u00ff<script>\r\n', 'latin1'));
  expect(text).toBe(
    [
      '000000  2a 20 4f 4b 20 1b 5b 33  31 6d ff 3c 73 63 72 69  * OK .[31m.<scri',
      '000010  70 74 3e 0d 0a                                    pt>..',
    ].join('\n'),
  );
  expect(leftOut).toBe(0);
});

test('cuts what is longer and says by how much; nothing is nothing', () => {
  const { text, leftOut } = hexDump(new Uint8Array(maxDumpBytes + 5));
  expect(text.split('\n')).toHaveLength(maxDumpBytes / 16);
  expect(leftOut).toBe(5);
  expect(hexDump(new Uint8Array(0)).text).toBe('');
});
