import type { DnssecReason } from '#lib/model/dnssec.ts';
import { judgeZone } from '#lib/checks/registry.ts';
import { dayMs, testNow } from '#tests/support/certificates.ts';
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
