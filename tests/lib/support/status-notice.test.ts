import { causeTable } from '#lib/incidents/causes.ts';
import {
  nothingToPublish,
  problemOf,
  statusHtml,
  statusNotice,
  statusText,
  type ProblemKind,
  type StatusFacts,
} from '#lib/support/status-notice.ts';

const now = Date.UTC(2026, 10, 26, 15, 30);
const since = Date.UTC(2026, 10, 26, 14, 5);
const facts = (kinds: readonly ProblemKind[], more: Partial<StatusFacts> = {}): StatusFacts => ({
  ...{ host: 'mail.example.org', services: ['imap', 'submission'], sight: 'seen', unseen: [], now },
  problems: kinds.map((kind) => ({ kind, since, until: null })),
  ...more,
});
const noticeOf = (said: StatusFacts) => {
  const notice = statusNotice(said);
  if (!notice.ok) throw new Error(notice.error);
  return notice.value;
};
const critical = (code: string, params = {}) => problemOf({ code, severity: 'critical', params });

test('only what customers can notice becomes a problem', () => {
  expect(critical('unreachable')).toBe('unreachable');
  expect(critical('host-without-address')).toBe('name');
  expect(critical('tls-handshake-failed')).toBe('encryption');
  expect(critical('certificate-expiry', { state: 'expired' })).toBe('certificate');
  expect(critical('tlsa-mismatch')).toBe('published-key');
  expect(critical('tag-tls-cert-broken')).toBe('refusing');
  // It is still valid, is our own trouble, or concerns nobody's mail program.
  expect(critical('certificate-expiry', { state: 'soon' })).toBeNull();
  expect(critical('own-network-down')).toBeNull();
  expect(critical('tls-rpt-missing')).toBeNull();
  expect(problemOf({ code: 'unreachable', severity: 'warning', params: {} })).toBeNull();
});

test('every code has an answer, and none of them speaks of machines', () => {
  for (const code of Object.keys(causeTable)) {
    const kind = critical(code, { state: 'expired', all: true });
    const text = statusText(noticeOf(facts(kind === null ? [] : [kind])));
    expect(text).not.toMatch(/\b(port|IP|TLS|DNSSEC|TLSA|IMAP|SMTP|DEEP|latch|handshake|993)\b/i);
  }
});

test('a problem says what, of which use, since when, and what not to do', () => {
  const text = statusText(noticeOf(facts(['certificate', 'certificate'])));
  expect(text).toMatch(/^mail\.example\.org: problem with the mail server\n\n/);
  expect(text).toContain('This is about reading mail and sending mail.');
  expect(text).toContain('Since: 26 November 2026, 14:05 UTC.');
  expect(text).toContain('do not click the warning away');
  expect(text.match(/is not valid at the moment/g)).toHaveLength(1);
});

test('without a problem it says that none is known; after one, from when until when it was', () => {
  expect(statusText(noticeOf(facts([])))).toContain('We know of no problem');
  const over = [{ kind: 'unreachable', since, until: now }] as const;
  expect(statusText(noticeOf(facts([], { problems: over })))).toContain(
    'from 26 November 2026, 14:05 UTC until 26 November 2026, 15:30 UTC',
  );
});

test('nobody is told that all is well, or over, where not all was seen lately', () => {
  const over = [{ kind: 'unreachable', since, until: now }] as const;
  for (const sight of ['unseen', 'unwatched', 'doubted'] as const) {
    for (const problems of [[], over]) {
      expect(statusNotice(facts([], { problems, sight }))).toEqual({ ok: false, error: sight });
    }
    expect(nothingToPublish[sight].join(' ')).toContain('nothing to publish');
    expect(statusNotice(facts(['unreachable'], { sight }))).toMatchObject({ ok: true });
  }
});

test('a fault names what is not known beside it, and no use twice', () => {
  const text = statusText(noticeOf(facts(['certificate'], { sight: 'unseen', unseen: ['imap', 'pop3', 'smtp'] })));
  expect(text).toContain('whether this works: fetching mail and receiving mail from others.');
  expect(text).not.toContain('no mail is lost');
});

test('the page holds a hostile name as text, runs nothing and loads nothing', () => {
  const html = statusHtml(noticeOf(facts(['unreachable'], { host: '<img src=x onerror=alert(1)>"\'&\u202e.test' })));
  const elements = new Set([...html.matchAll(/<([a-z]\w*)/g)].map(([, name]) => name));
  expect([...elements].toSorted()).toEqual(['body', 'h1', 'head', 'html', 'main', 'meta', 'p', 'style', 'title']);
  expect(html).not.toContain('\u202e');
  expect(html).toContain('&#60;img src=x');
  expect(html).toContain("default-src 'none'");
  expect(html.replace(/&#\d+;/g, '')).not.toContain('&');
});
