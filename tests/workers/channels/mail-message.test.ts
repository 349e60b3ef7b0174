import fc from 'fast-check';
import type { NoticePayload } from '#lib/model/notice.ts';
import { composeAlert, composeDigest, plainLine } from '#workers/channels/mail-message.ts';

const publicUrl = new URL('https://watch.example.com');
const payload: NoticePayload = {
  incidentId: '01M85VBTF8MXK2B69B34HDD1XY',
  reason: 'opened',
  severity: 'critical',
  code: 'unreachable',
  host: 'mail.example.org',
  service: 'IMAP, implicit TLS (port 993)',
  addresses: ['192.0.2.1'],
  title: 'mail.example.org does not answer',
  expected: 'an answer',
  got: 'connection refused',
  meaning: 'Nobody can read mail.',
  fix: 'Start it.',
  firstSeen: Date.UTC(2026, 10, 24),
  decidedAt: Date.UTC(2026, 10, 24, 1),
  reopened: false,
  resolution: null,
  subjects: [],
  explains: 0,
  impact: null,
};

/** What ticket systems read, in this order. */
const heads = ['Host', 'Address', 'Service', 'State', 'Incident', 'Severity', 'Code'];

describe('an alert', () => {
  it.each([
    ['mail.example.org does not answer', 'does not answer'],
    ['mail.example.org:993 does not answer', 'port 993 does not answer'],
    ['mail.example.org: two SRV records lead nowhere', 'two SRV records lead nowhere'],
    ['The certificate of mail.example.org expired', 'The certificate of mail.example.org expired'],
    ['mail.example.org.example.net does not answer', 'mail.example.org.example.net does not answer'],
  ])('begins its subject with the host, once: %s', (title, what) => {
    const { subject } = composeAlert({ payload: { ...payload, title }, sequence: 0, publicUrl });
    expect(subject).toBe(`[FIRING] mail.example.org: ${what}`);
  });

  it('refers to the start of its thread', () => {
    const first = composeAlert({ payload, sequence: 0, publicUrl });
    const third = composeAlert({ payload: { ...payload, reason: 'resolved' }, sequence: 2, publicUrl });
    expect(first.thread).toBeNull();
    expect(third.thread).toBe(first.messageId);
    expect(third.messageId).toBe('<01m85vbtf8mxk2b69b34hdd1xy.2@watch.example.com>');
    expect(third.subject).toMatch(/^\[RESOLVED\] /);
  });

  it('cannot be forged by what strangers write', () => {
    const hostile = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('x\r\nState: RESOLVED', 'x\nBcc: a@b', '\u202egnp.exe', 'x\u2028Host: y', '\0', 'y'.repeat(5000)),
    );
    const fields = fc.record({
      host: hostile,
      title: hostile,
      got: hostile,
      meaning: hostile,
      addresses: fc.array(hostile),
    });
    fc.assert(
      fc.property(fields, (changes) => {
        const { subject, text, messageId } = composeAlert({
          payload: { ...payload, ...changes },
          sequence: 1,
          publicUrl,
        });
        expect(subject.length).toBeLessThanOrEqual(200);
        expect(`${subject}${messageId}`).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
        expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
        const lines = text.split('\n');
        expect(lines.slice(0, heads.length).map((line) => line.slice(0, line.indexOf(':')))).toEqual(heads);
        expect(lines.filter((line) => line.startsWith('State: '))).toEqual(['State: FIRING']);
      }),
    );
  });

  it('shows what it does not obey', () => {
    expect(plainLine('a\r\nb\u202ec')).toBe('a\\u{d}\\u{a}b\\u{202e}c');
  });
});

describe('a digest', () => {
  it('counts each incident once, by its last word', () => {
    const other = { ...payload, incidentId: '01M85VBTF8NE2X597EGQTKDMD2', host: 'mx.example.org' };
    const notices = [
      { id: 'A', payload },
      { id: 'B', payload: other },
      { id: 'C', payload: { ...payload, reason: 'resolved' as const, resolution: 'seen to be fine again' } },
    ];
    const { subject, text, messageId } = composeDigest({ notices, publicUrl });
    expect(subject).toBe('[DIGEST] 1 warning, 1 resolved: mail.example.org, mx.example.org');
    expect(text.match(/^State: .*$/gm)).toEqual(['State: RESOLVED', 'State: FIRING']);
    expect(messageId).toBe('<digest.c@watch.example.com>');
  });
});
