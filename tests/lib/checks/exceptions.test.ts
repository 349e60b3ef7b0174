import { describeExceptionSubject } from '#lib/checks/exception-words.ts';
import { applyExceptions, exceptionSubjects, type SignedException } from '#lib/checks/exceptions.ts';
import { readAcceptance } from '#lib/model/acceptance.ts';
import type { Judgement, PackVerdicts, Verdict } from '#lib/model/finding.ts';
import { testEndpoint } from '#tests/support/observations.ts';

const now = Date.UTC(2026, 10, 25);
const endpoint = testEndpoint();
const key = 'imap+implicit://mail.example.org:993';

function judged(verdict: Verdict, packs?: PackVerdicts): Judgement {
  const subject = { kind: 'endpoint', endpoint, address: '192.0.2.1' } as const;
  return { code: 'plaintext-password', subject, verdict, params: { host: endpoint.host }, ...(packs && { packs }) };
}

function signed(change: Partial<SignedException> = {}): SignedException {
  return {
    code: 'plaintext-password',
    subject: key,
    reason: 'old scanners',
    signedBy: 'approver@example.org',
    endsAt: now + 1,
    revokedAt: null,
    ...change,
  };
}

function verdictOf(judgement: Judgement, exception: SignedException, at = now): Verdict | undefined {
  return applyExceptions([judgement], { exceptions: [exception], now: at })[0]?.verdict;
}

describe('applyExceptions', () => {
  it('follows the milder pack, at most as a warning and never less than a note', () => {
    expect(verdictOf(judged('fail', { draft: 'warn', current: 'fail' }), signed())).toBe('warn');
    expect(verdictOf(judged('crit', { draft: 'pass', current: 'crit' }), signed())).toBe('info');
    expect(verdictOf(judged('crit', { draft: 'fail', current: 'crit' }), signed())).toBe('warn');
    expect(verdictOf(judged('crit'), signed())).toBe('warn');
    expect(verdictOf(judged('warn'), signed())).toBe('warn');
    expect(verdictOf(judged('fail', { draft: 'fail', current: 'info' }), signed())).toBe('info');
  });

  it('keeps what both packs say, and who accepts it until when and why', () => {
    const [accepted] = applyExceptions([judged('crit')], { exceptions: [signed()], now });
    expect(accepted?.packs).toEqual({ draft: 'crit', current: 'crit' });
    expect(accepted?.params['host']).toBe('mail.example.org');
    expect(readAcceptance(accepted?.params ?? {})).toEqual({
      by: 'approver@example.org',
      until: now + 1,
      reason: 'old scanners',
    });
    expect(readAcceptance(judged('crit').params)).toBeNull();
  });

  it('counts for one code of one endpoint or of all endpoints of its host', () => {
    expect(verdictOf(judged('fail'), signed({ subject: 'host:mail.example.org' }))).toBe('warn');
    for (const other of [
      { code: 'unreachable' },
      { subject: 'imap+starttls://mail.example.org:143' },
      { subject: 'host:example.org' },
      { subject: 'domain:mail.example.org' },
    ]) {
      expect(verdictOf(judged('fail'), signed(other))).toBe('fail');
    }
  });

  it('ends by itself, to the millisecond, and when it is taken back', () => {
    expect(verdictOf(judged('fail'), signed(), now)).toBe('warn');
    expect(verdictOf(judged('fail'), signed(), now + 1)).toBe('fail');
    expect(verdictOf(judged('fail'), signed({ revokedAt: now - 5 }))).toBe('fail');
  });

  it('leaves alone what was not found', () => {
    for (const verdict of ['pass', 'inconclusive', 'n-a', 'superseded'] as const) {
      expect(applyExceptions([judged(verdict)], { exceptions: [signed()], now })).toEqual([judged(verdict)]);
    }
  });

  it('names the exception that holds longest', () => {
    const exceptions = [signed({ signedBy: 'short' }), signed({ signedBy: 'long', endsAt: now + 9 })];
    const [accepted] = applyExceptions([judged('fail')], { exceptions, now });
    expect(readAcceptance(accepted?.params ?? {})?.by).toBe('long');
  });
});

it.each([
  [key, 'IMAP, implicit TLS at mail.example.org:993'],
  ['host:mail.example.org', 'all services of mail.example.org'],
  ['domain:example.org', 'the domain example.org'],
  ['zone:example.org', 'the zone example.org'],
  ['something else', 'something else'],
])('says in words what %s is', (subject, words) => {
  expect(describeExceptionSubject(subject)).toBe(words);
});

it('lets exceptions be signed for an endpoint, a host, a domain or a zone', () => {
  expect(exceptionSubjects({ kind: 'endpoint', endpoint })).toEqual([key, 'host:mail.example.org']);
  expect(exceptionSubjects({ kind: 'domain', domain: 'example.org' })).toEqual(['domain:example.org']);
  expect(exceptionSubjects({ kind: 'zone', zone: 'example.org' })).toEqual(['zone:example.org']);
});
