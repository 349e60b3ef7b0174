import { gzipSync } from 'node:zlib';
import { documentTypeOf, guessDocumentType, readDocument } from '#workers/ingest/report-documents.ts';

const now = Date.UTC(2026, 10, 25, 12);
const json = Buffer.from(
  JSON.stringify({
    'organization-name': 'Provider B',
    'report-id': 'x',
    'date-range': { 'start-datetime': '2026-11-24T00:00:00Z', 'end-datetime': '2026-11-25T00:00:00Z' },
    policies: [{ policy: { 'policy-type': 'sts' }, summary: { 'total-successful-session-count': 7 } }],
  }),
);

function mailWith(contentType: string, attachment: Buffer): Buffer {
  const lines = [
    'MIME-Version: 1.0',
    'Content-Type: multipart/report; report-type="tlsrpt"; boundary=b',
    '',
    '--b',
    'Content-Type: text/plain',
    '',
    'This is a report.',
    '--b',
    `Content-Type: ${contentType}`,
    'Content-Transfer-Encoding: base64',
    '',
    attachment.toString('base64'),
    '--b--',
  ];
  return Buffer.from(lines.join('\r\n'));
}

const dsn = Buffer.from(
  'MIME-Version: 1.0\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; b.test\r\n\r\nSMTP-Security-Latch: tls10\r\n',
);

test.each([
  ['plain', 'application/tlsrpt+json', json],
  ['compressed', 'application/tlsrpt+gzip', gzipSync(json)],
  ['not compressed although it says so', 'application/tlsrpt+gzip', json],
  ['by mail', 'message/rfc822', mailWith('application/tlsrpt+gzip; name="x.json.gz"', gzipSync(json))],
  ['by mail, under the type of a file', 'message/rfc822', mailWith('application/octet-stream', gzipSync(json))],
] as const)('reads a TLS report, %s', async (_, type, body) => {
  await expect(readDocument(body, { type, now })).resolves.toMatchObject({
    ok: true,
    value: { kind: 'tls-report', policies: [{ organization: 'Provider B', successes: 7 }] },
  });
});

test('reads a bounce', async () => {
  await expect(readDocument(dsn, { type: 'message/rfc822', now })).resolves.toEqual({
    ok: true,
    value: { kind: 'bounce', bounces: [{ day: '2026-11-25', reporter: 'b.test', remote: '', tags: ['tls10'] }] },
  });
});

test.each([
  [gzipSync(Buffer.alloc(9 * 1024 * 1024, ' ')), 'The report is larger than 8388608 bytes.'],
  [gzipSync(json).subarray(0, 40), 'The report says that it is gzip and is not.'],
  [Buffer.from('{'), 'The report is not a JSON object.'],
])('refuses what cannot be read (%#)', async (body, error) => {
  await expect(readDocument(body, { type: 'application/tlsrpt+gzip', now })).resolves.toEqual({ ok: false, error });
});

test('knows the types by name', () => {
  expect(documentTypeOf('Application/TLSRPT+gzip; charset=x')).toBe('application/tlsrpt+gzip');
  expect(documentTypeOf('message/rfc822')).toBe('message/rfc822');
  expect(documentTypeOf('application/json')).toBeNull();
  expect(documentTypeOf('')).toBeNull();
});

test('knows the types by their bytes', () => {
  expect(guessDocumentType(json)).toBe('application/tlsrpt+json');
  expect(guessDocumentType(gzipSync(json))).toBe('application/tlsrpt+gzip');
  expect(guessDocumentType(dsn)).toBe('message/rfc822');
  expect(guessDocumentType(Buffer.from('{"observed_at":"2026-11-25T10:00:00Z"}\n'))).toBeNull();
  expect(guessDocumentType(Buffer.from('Nov 24 01:40:39 mail dovecot: imap-login: ID sent: name=x'))).toBeNull();
});
