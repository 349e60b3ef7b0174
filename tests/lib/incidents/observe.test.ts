import { observeCode } from '#lib/incidents/observe.ts';
import type { Judgement, Verdict } from '#lib/model/finding.ts';

const endpoint = { service: 'imap', tlsMode: 'implicit', host: 'mail.example.org', port: 993 } as const;

function judgement(address: string | null, verdict: Verdict): Judgement {
  return {
    code: 'unreachable',
    subject: { kind: 'endpoint', endpoint, address },
    verdict,
    params: { address, verdict },
  };
}

const both = ['192.0.2.1', '192.0.2.2'];

describe('one code over all addresses', () => {
  it('is found where any address shows it, with the worst grade and its values', () => {
    const judgements = [judgement('192.0.2.1', 'warn'), judgement('192.0.2.2', 'crit')];
    expect(observeCode({ judgements, affected: [], listed: both })).toEqual({
      kind: 'found',
      severity: 'critical',
      params: { address: '192.0.2.2', verdict: 'crit' },
      affected: both,
    });
  });

  it('keeps an address that showed it before and could not be looked at now', () => {
    const judgements = [judgement('192.0.2.1', 'fail'), judgement('192.0.2.2', 'inconclusive')];
    expect(observeCode({ judgements, affected: ['192.0.2.2'], listed: both })).toMatchObject({ affected: both });
  });

  it.each<readonly [string, readonly Judgement[], readonly string[], readonly string[] | null, string]>([
    ['all pass', [judgement('192.0.2.1', 'pass'), judgement('192.0.2.2', 'pass')], both, both, 'clean'],
    ['only a note is left', [judgement('192.0.2.1', 'info')], ['192.0.2.1'], both, 'clean'],
    ['the affected one is unseen', [judgement('192.0.2.1', 'pass')], ['192.0.2.2'], both, 'unseen'],
    ['the affected one is inconclusive', [judgement('192.0.2.2', 'inconclusive')], ['192.0.2.2'], both, 'unseen'],
    ['the affected one left DNS', [judgement('192.0.2.1', 'pass')], ['192.0.2.2'], ['192.0.2.1'], 'clean'],
    ['DNS is not known', [judgement('192.0.2.1', 'pass')], ['192.0.2.2'], null, 'unseen'],
    [
      'another one is inconclusive',
      [judgement('192.0.2.1', 'pass'), judgement('192.0.2.2', 'inconclusive')],
      ['192.0.2.1'],
      both,
      'clean',
    ],
    ['nothing was judged', [], [], both, 'unseen'],
    [
      'the whole endpoint is unseen',
      [judgement(null, 'inconclusive'), judgement('192.0.2.1', 'pass')],
      [],
      both,
      'unseen',
    ],
    ['it no longer applies', [judgement(null, 'n-a')], [], both, 'clean'],
  ])('%s', (_name, judgements, affected, listed, kind) => {
    expect(observeCode({ judgements, affected, listed }).kind).toBe(kind);
  });

  it('says when another finding has taken its place', () => {
    const judgements = [judgement('192.0.2.1', 'superseded')];
    expect(observeCode({ judgements, affected: ['192.0.2.1'], listed: both })).toEqual({
      kind: 'clean',
      resolution: 'replaced by another finding',
    });
  });
});
