import { findHeaderField, readMimeMessage } from '#lib/mail/mime-parts.ts';

const message = (...lines: readonly string[]) => Buffer.from(lines.join('\r\n'), 'latin1');
const shown = (bytes: Buffer) =>
  readMimeMessage(bytes).parts.map(({ contentType, body }) => [contentType, body.toString('latin1')]);

describe('readMimeMessage', () => {
  it('finds nested parts in their order and undoes their encoding', () => {
    const bytes = message(
      'Subject: x',
      'Content-Type: multipart/mixed;',
      ' boundary="outer b"',
      '',
      'not a part',
      '--outer b',
      'Content-Type: Multipart/Report; report-type=tlsrpt; boundary=inner',
      '',
      '--inner',
      'Content-Type: text/plain; charset=utf-8',
      'Content-Transfer-Encoding: quoted-printable',
      '',
      'gr=C3=BCn=',
      'blau=2',
      '--inner  ',
      'Content-Type: application/tlsrpt+gzip',
      'Content-Transfer-Encoding: BASE64',
      '',
      'aGFs',
      'bG8=',
      '--inner--',
      '--outer b',
      '',
      'no header, --outer b is no delimiter here',
      '--outer b--',
      'after the end',
    );
    expect(shown(bytes)).toEqual([
      ['text/plain', 'gr\u00c3\u00bcnblau=2'],
      ['application/tlsrpt+gzip', 'hallo'],
      ['text/plain', 'no header, --outer b is no delimiter here'],
    ]);
  });

  it('takes a message of one part, bare line ends, and one that was cut', () => {
    expect(shown(Buffer.from('Content-Type: message/delivery-status\n\na: b\n'))).toEqual([
      ['message/delivery-status', 'a: b\n'],
    ]);
    const cut = Buffer.from('Content-Type: multipart/mixed; boundary=b\n\n--b\n\none\n--b\n\ntwo');
    expect(shown(cut)).toEqual([
      ['text/plain', 'one'],
      ['text/plain', 'two'],
    ]);
    expect(shown(Buffer.from('no header at all'))).toEqual([['text/plain', '']]);
    expect(shown(Buffer.alloc(0))).toEqual([['text/plain', '']]);
  });

  it('is bounded in number and depth, also where a body is nothing but delimiters', () => {
    const many = message(
      'Content-Type: multipart/mixed; boundary=b',
      '',
      ...Array.from({ length: 2000 }, () => '--b\r\n\r\nx'),
    );
    expect(readMimeMessage(many).parts).toHaveLength(50);
    const nested = Array.from({ length: 100 }, (_, n) => [
      `Content-Type: multipart/mixed; boundary=b${String(n)}x`,
      '',
      `--b${String(n)}x`,
    ]).flat();
    expect(readMimeMessage(message(...nested, '', 'deep')).parts).toEqual([]);
    const delimiters = Buffer.concat([
      message('Content-Type: multipart/mixed; boundary=b', '', ''),
      Buffer.alloc(3_000_000, '--b'),
    ]);
    expect(readMimeMessage(delimiters).parts).toEqual([]);
  });

  it('finds the first field of a name, unfolded', () => {
    const header = 'X: 1\r\nSubject: a\r\n\tb\r\nsubject: c';
    expect(findHeaderField(header, 'SUBJECT')).toBe('a\tb');
    expect(findHeaderField(header, 'date')).toBeNull();
  });
});
