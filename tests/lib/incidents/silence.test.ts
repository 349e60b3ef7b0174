import { checkSilenceTime, maxSilenceMs, silenceMatches } from '#lib/incidents/silence.ts';

const incident = { code: 'unreachable', host: 'mail.example.org', incidentId: 'I' };
const any = { code: null, host: null, incidentId: null };

describe('a silence', () => {
  it.each([
    ['nothing set', any, false],
    ['its host', { ...any, host: 'mail.example.org' }, true],
    ['its host in capitals', { ...any, host: 'MAIL.example.org' }, true],
    ['all names below', { ...any, host: '*.example.org' }, true],
    ['the name itself is not below itself', { ...any, host: '*.mail.example.org' }, false],
    ['a name that only ends alike', { ...any, host: '*.ample.org' }, false],
    ['its code', { ...any, code: 'unreachable' }, true],
    ['its code elsewhere', { ...any, code: 'unreachable', host: 'mx.example.org' }, false],
    ['another code', { ...any, code: 'certificate-expired', host: '*.example.org' }, false],
    ['itself', { ...any, incidentId: 'I' }, true],
    ['another incident', { ...any, incidentId: 'J' }, false],
  ])('for %s', (_what, silence, expected) => {
    expect(silenceMatches(silence, incident)).toBe(expected);
  });

  it('must end, within 30 days', () => {
    const now = 1_000_000;
    const check = (startsAt: number, endsAt: number) => checkSilenceTime({ startsAt, endsAt, now }).ok;
    expect(check(now, now + maxSilenceMs)).toBe(true);
    expect(check(now, now + maxSilenceMs + 1)).toBe(false);
    expect(check(now + 5, now + 5 + maxSilenceMs)).toBe(true);
    expect(check(now, now)).toBe(false);
    expect(check(now + 10, now + 10)).toBe(false);
    expect(check(now, Number.NaN)).toBe(false);
  });
});
