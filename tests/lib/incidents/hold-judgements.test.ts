import { findFinding } from '#lib/checks/registry.ts';
import { canBeOurs, holdJudgements } from '#lib/incidents/hold-judgements.ts';
import type { Judgement, Verdict } from '#lib/model/finding.ts';

const judge = (code: string, verdict: Verdict): Judgement => ({
  code,
  subject: { kind: 'domain', domain: 'example.org' },
  verdict,
  params: {},
});

const verdictsOf = (judgements: readonly Judgement[]) => judgements.map(({ verdict }) => verdict);

describe('judgements while our own network is down', () => {
  it.each<[code: string, verdict: Verdict, ours: boolean]>([
    ['unreachable', 'crit', true],
    ['unreachable', 'pass', false],
    ['unreachable', 'inconclusive', false],
    ['tlsa-lookup-failing', 'warn', true],
    ['certificate-expired', 'crit', false],
    ['from-the-future', 'crit', false],
  ])('%s with %s can be ours: %s', (code, verdict, ours) => {
    expect(canBeOurs([judge(code, verdict)], findFinding)).toBe(ours);
  });

  it('say nothing at all of a run that went wrong', () => {
    const all = [judge('unreachable', 'crit'), judge('tls-version', 'pass'), judge('mta-sts', 'n-a')];
    expect(verdictsOf(holdJudgements(all, { whole: true }))).toEqual(['inconclusive', 'inconclusive', 'inconclusive']);
  });

  it('keep what a run has seen to be fine', () => {
    const all = [judge('certificate-expired', 'crit'), judge('tls-version', 'pass'), judge('mta-sts', 'n-a')];
    expect(verdictsOf(holdJudgements(all, { whole: false }))).toEqual(['inconclusive', 'pass', 'n-a']);
  });
});
