import { judgeConformance, type Standing } from '#lib/draft/conformance.ts';
import type { DraftStatement, StatementClass } from '#lib/draft/statement.ts';
import type { Judgement, PackVerdicts, Verdict } from '#lib/model/finding.ts';

const subject = { kind: 'domain', domain: 'example.org' } as const;
const findings = [
  { code: 'one', refs: ['checklist row 1', 'RFC 9525'] },
  { code: 'two', refs: ['checklist row 1'] },
];

function statement(classes: readonly StatementClass[], row = 1): DraftStatement {
  return { row, sections: ['10.5'], level: 'SHOULD', classes, statement: 'Something holds', today: 'The same' };
}

function judged(code: string, verdict: Verdict, packs?: PackVerdicts): Judgement {
  return { code, subject, verdict, params: {}, ...(packs && { packs }) };
}

function standings(
  judgements: readonly Judgement[],
  { classes = ['X'], stale = false }: { readonly classes?: readonly StatementClass[]; readonly stale?: boolean } = {},
): readonly [Standing, Standing, number] {
  const [row] = judgeConformance({ statements: [statement(classes)], findings, looks: [{ judgements, stale }] });
  if (row === undefined) throw new Error('no row');
  return [row.draft, row.current, row.against.length];
}

it('passes only where something was judged, and nothing is worse or unseen', () => {
  expect(standings([judged('one', 'pass'), judged('two', 'pass')])).toEqual(['pass', 'pass', 0]);
  expect(standings([judged('one', 'pass'), judged('two', 'inconclusive')])).toEqual([
    'inconclusive',
    'inconclusive',
    0,
  ]);
  expect(standings([judged('one', 'pass'), judged('two', 'info')])).toEqual(['info', 'info', 0]);
  expect(standings([judged('one', 'pass'), judged('two', 'fail')])).toEqual(['fail', 'fail', 1]);
  expect(standings([judged('one', 'n-a')])).toEqual(['n-a', 'n-a', 0]);
  expect(standings([judged('other', 'pass')])).toEqual(['not-looked-at', 'not-looked-at', 0]);
});

it('tells the two packs apart', () => {
  expect(standings([judged('one', 'crit', { draft: 'pass', current: 'crit' })])).toEqual(['pass', 'crit', 1]);
  // What somebody accepts still stands as the packs judge it.
  expect(standings([judged('one', 'warn', { draft: 'fail', current: 'crit' })])).toEqual(['fail', 'crit', 1]);
});

it('never shows an old look as good, and keeps what was bad', () => {
  expect(standings([judged('one', 'pass')], { stale: true })).toEqual(['inconclusive', 'inconclusive', 0]);
  expect(standings([judged('one', 'fail')], { stale: true })).toEqual(['fail', 'fail', 1]);
});

it('says why there is no verdict', () => {
  const of = (...classes: readonly StatementClass[]) => standings([], { classes })[0];
  expect(of('X', 'D')).toBe('not-looked-at');
  expect(of('R')).toBe('needs-reports');
  expect(of('D')).toBe('needs-declaration');
  expect(of('I')).toBe('own-duty');
  expect(of('modelled')).toBe('client-duty');
  expect(of()).toBe('not-asked-for');
});

it('takes the worst of all looks, one row a statement', () => {
  const rows = judgeConformance({
    statements: [statement(['X'], 1), statement(['X'], 2)],
    findings,
    looks: [
      { judgements: [judged('one', 'pass')], stale: false },
      { judgements: [judged('one', 'warn')], stale: false },
    ],
  });
  expect(rows.map(({ draft }) => draft)).toEqual(['warn', 'not-looked-at']);
});
