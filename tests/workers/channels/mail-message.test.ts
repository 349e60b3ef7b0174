import fc from 'fast-check';
import type { NoticePayload } from '#lib/model/notice.ts';
import { composeAlert, composeDigest, composeSummary, plainLine } from '#workers/channels/mail-message.ts';

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
    const { subject } = composeAlert({ payload: { ...payload, title }, sequence: 0, thread: null, publicUrl });
    expect(subject).toBe(`[FIRING] mail.example.org: ${what}`);
  });

  it('refers to the start of its thread', () => {
    const thread = '<summary.1@watch.example.com>';
    const third = composeAlert({ payload: { ...payload, reason: 'resolved' }, sequence: 2, thread, publicUrl });
    expect(third.thread).toBe(thread);
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
          thread: null,
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

describe('what a mail says besides', () => {
  const compose = (more: Partial<NoticePayload>, acknowledgeUrl: string | null = null) =>
    composeAlert({ payload: { ...payload, ...more }, sequence: 0, thread: null, publicUrl, acknowledgeUrl });
  const impact = { tags: ['tls11'], breaks: 12_400, atRisk: 31, unknownShare: 0.41, countedAt: 0 };

  it('whom it hits, also at the end of a long subject', () => {
    const { subject, text } = compose({ impact });
    expect(subject).toBe('[FIRING] mail.example.org: does not answer (12,431 accounts)');
    expect(text).toContain('Accounts: 12,400 refuse to connect, 31 probably; of 41 % of the logins nothing is known');
    const long = compose({ impact, title: 'x'.repeat(500) }).subject;
    expect(long).toHaveLength(200);
    expect(long).toMatch(/… \(12,431 accounts\)$/);
    expect(compose({ impact: { ...impact, breaks: 0, atRisk: 0 } }).subject).not.toContain('account');
  });

  it('forty subjects of one cause and how many more, and what it explains', () => {
    const subjects = Array.from({ length: 60 }, (_, index) => `mail${String(index)}.example.org:993`);
    const { text } = compose({ subjects, explains: 1 });
    expect(text).toContain('It shows on 60:\n  mail0.example.org:993\n');
    expect(text).toContain('  mail39.example.org:993\n  and 20 more\n');
    expect(text).toContain('It explains 1 other incident, of which nobody is told.');
  });

  it('why it comes again', () => {
    for (const reason of ['worsened', 'repeated', 'escalated', 'unstable', 'unacknowledged'] as const) {
      const [, , , , , , , , what, why] = compose({ reason }).text.split('\n');
      expect(what).toBe('mail.example.org does not answer.');
      expect(why).not.toBe('');
    }
  });

  it('how to take it, but not when it is over', () => {
    const link = 'https://watch.example.com/ack/x.y';
    expect(compose({}, link).text.split('\n').at(-1)).toBe(link);
    expect(compose({ reason: 'resolved' }, link).text).not.toContain(link);
  });

  it('apart for each route', () => {
    const other = composeAlert({
      ...{ payload, sequence: 3, thread: null, publicUrl },
      routeId: '7fb61726-1c82-43bb-a7ec-00c90702ab2a',
    });
    expect(other.messageId).toBe('<01m85vbtf8mxk2b69b34hdd1xy.3.7fb61726@watch.example.com>');
  });
});

describe('a summary', () => {
  it('has one line an incident, however many they are', () => {
    const notices = Array.from({ length: 2050 }, (_, index) => ({
      id: String(index),
      payload: { ...payload, incidentId: `I${String(index)}`, host: `m${String(index)}.example.org\nState: RESOLVED` },
    }));
    const { subject, text, thread } = composeSummary({ notices, publicUrl });
    expect(subject).toMatch(/^\[SUMMARY\] 2050 firing: m0\.example\.org/);
    expect(text.match(/^FIRING critical /gm)).toHaveLength(2000);
    expect(text).not.toMatch(/^State:/m);
    expect(text).toContain('\nand 50 more\n');
    expect(thread).toBeNull();
  });
});
