import type { DnssecReason } from '#lib/model/dnssec.ts';
import { judgeEndpoint, judgeZone } from '#lib/checks/registry.ts';
import { isClockInDoubt } from '#lib/checks/trusted-clock.ts';
import { dayMs, testNow } from '#tests/support/certificates.ts';
import { changeTlsa, healthyEndpoint, testPki, tlsaOf } from '#tests/support/observations.ts';
import {
  bogus,
  changeAnswers,
  changeValidations,
  healthyZone,
  signatureWith,
} from '#tests/support/zone-observations.ts';

/** The zone as a clock sees it that is a month ahead, beside one fault of one server that no clock can make. */
function seenByWrongClock(reason: DnssecReason) {
  const signatures = [signatureWith(-dayMs, { status: 'signature-expired' })];
  const zone = changeValidations(healthyZone(), () => ({ result: bogus(reason), signatures }));
  const answers = changeAnswers(zone, () => ({ dnssec: bogus(reason), signatures }), { key: 'example.org MX' });
  return changeAnswers(answers, () => ({ records: ['10 old.example.org'] }), { key: 'example.org MX' });
}

const verdicts = (trusted: boolean, reason: DnssecReason) => {
  const observation = { ...seenByWrongClock(reason), clock: { trusted, said: null } };
  return Object.fromEntries(judgeZone(observation, { now: testNow }).map(({ code, verdict }) => [code, verdict]));
};

describe('while our clock is not to be trusted', () => {
  it.each(['signature-expired', 'signature-not-yet-valid'] as const)('nothing is said of %s', (reason) => {
    const held = verdicts(false, reason);
    expect(held).toMatchObject({
      'clock-untrusted': 'fail',
      'dnssec-bogus': 'inconclusive',
      'dnssec-server-bogus': 'inconclusive',
      'signature-expiring': 'inconclusive',
      'signature-expiring-above': 'inconclusive',
      'resolver-disagrees': 'inconclusive',
    });
    expect(verdicts(true, reason)).toMatchObject({
      'clock-untrusted': 'pass',
      'dnssec-bogus': 'crit',
      'signature-expiring': 'crit',
      'resolver-disagrees': 'warn',
    });
  });

  it('what no date decides is still said', () => {
    expect(verdicts(false, 'signature-expired')).toMatchObject({ 'servers-differ': 'fail', 'server-lame': 'pass' });
    expect(verdicts(false, 'signature-invalid')).toMatchObject({
      'dnssec-bogus': 'crit',
      'signature-expiring': 'inconclusive',
    });
  });
});

describe('a lookup by itself', () => {
  it.each([
    ['. DNSKEY', 'signature-expired', true],
    ['. DNSKEY', 'signature-not-yet-valid', true],
    ['org DS', 'signature-expired', true],
    ['org DNSKEY', 'signature-expired', true],
    ['org DNSKEY', 'signature-invalid', false],
    ['. DNSKEY', 'ds-mismatch', false],
    ['example.org DS', 'signature-expired', false],
    ['_25._tcp.mail.example.org TLSA', 'signature-not-yet-valid', false],
  ] as const)('that is bogus at %s for %s: our clock is in doubt: %j', (at, reason, expected) => {
    const dnssec = { state: 'bogus', at, why: 'it is', reason } as const;
    expect(isClockInDoubt(dnssec)).toBe(expected);
    const records = [tlsaOf(testPki.leaf)];
    const judgements = judgeEndpoint(changeTlsa(healthyEndpoint(), records, { dnssec }), { now: testNow });
    const verdict = judgements.find(({ code }) => code === 'tlsa-bogus')?.verdict;
    expect(verdict).toBe(expected ? 'inconclusive' : 'crit');
  });

  it('that is not bogus says nothing of our clock', () => {
    expect(isClockInDoubt({ state: 'secure', expiresAt: null })).toBe(false);
    expect(isClockInDoubt({ state: 'insecure', provenAt: '.', reason: 'no-ds' })).toBe(false);
  });
});
