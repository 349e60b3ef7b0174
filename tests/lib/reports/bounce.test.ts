import { readMimeMessage } from '#lib/mail/mime-parts.ts';
import { readBounce } from '#lib/reports/bounce.ts';

const now = Date.UTC(2026, 10, 25, 12);

function bounce(...status: readonly string[]): Buffer {
  return Buffer.from(
    [
      'From: MAILER-DAEMON@b.test',
      'Date: Tue, 24 Nov 2026 10:00:00 +0100 (CET)',
      'MIME-Version: 1.0',
      'Content-Type: multipart/report; report-type=delivery-status; boundary=b',
      '',
      '--b',
      'Content-Type: text/plain',
      '',
      'Your message could not be delivered.',
      '--b',
      'Content-Type: message/delivery-status',
      '',
      ...status,
      '--b',
      'Content-Type: message/rfc822',
      '',
      'SMTP-Security-Latch: tls12',
      '--b--',
    ].join('\r\n'),
  );
}

const read = (bytes: Buffer) => readBounce(readMimeMessage(bytes), now);

test('reads the latches of each recipient, and not who the recipient is', () => {
  const result = read(
    bounce(
      'Reporting-MTA: dns; MX.b.test',
      '',
      'Final-Recipient: rfc822; secret@example.org',
      'Action: failed',
      'Status: 5.7.0',
      'Remote-MTA: dns; mx1.example.org (192.0.2.25)',
      'SMTP-Security-Latch: (both of them) TLS10',
      '\ttls-cert tls10',
      'Last-Attempt-Date: Mon, 23 Nov 2026 23:30:00 -0100',
      '',
      '',
      'Final-Recipient: rfc822; other@example.org',
      'smtp-security-latch: tls-dane-tlsa',
      '',
      'Final-Recipient: rfc822; third@example.org',
      'Status: 5.1.1',
    ),
  );
  expect(result).toEqual({
    ok: true,
    value: [
      { day: '2026-11-24', reporter: 'mx.b.test', remote: 'mx1.example.org', tags: ['tls-cert', 'tls10'] },
      { day: '2026-11-24', reporter: 'mx.b.test', remote: '', tags: ['tls-dane-tlsa'] },
    ],
  });
  expect(JSON.stringify(result)).not.toContain('secret');
});

test('a date that cannot be is today, and names that are none are not told', () => {
  const result = read(
    bounce(
      'Reporting-MTA: dns; <script>',
      '',
      'SMTP-Security-Latch: tls10',
      'Last-Attempt-Date: Mon, 23 Nov 2099 00:00:00 +0000',
    ),
  );
  expect(result).toEqual({ ok: true, value: [{ day: '2026-11-25', reporter: '', remote: '', tags: ['tls10'] }] });
});

test.each([
  ['another bounce', bounce('Reporting-MTA: dns; mx.b.test', '', 'Status: 5.1.1')],
  ['tags that are none', bounce('Reporting-MTA: dns; mx.b.test', '', 'SMTP-Security-Latch: <b>')],
  ['a status without recipients', bounce('SMTP-Security-Latch: tls10')],
])('refuses %s', (_, bytes) => {
  expect(read(bytes)).toEqual({ ok: false, error: 'The notification names no security latch.' });
});

test('refuses a message that is no bounce', () => {
  expect(read(Buffer.from('Subject: x\r\n\r\nSMTP-Security-Latch: tls10\r\n'))).toEqual({
    ok: false,
    error: 'The message is no delivery status notification.',
  });
});
