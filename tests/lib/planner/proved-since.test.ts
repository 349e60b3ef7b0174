import { provedSince, type ProofStretch } from '#lib/planner/proved-since.ts';
import { dayMs, testNow } from '#tests/support/certificates.ts';

const ago = (days: number): number => testNow - days * dayMs;
const stretch = (from: number, to: number, holds: boolean): ProofStretch => ({
  firstSeen: ago(from),
  lastSeen: ago(to),
  holds,
});

const rows: readonly (readonly [what: string, stretches: readonly ProofStretch[], days: number | null])[] = [
  ['one stretch up to now', [stretch(20, 0, true)], 20],
  ['two that touch', [stretch(20, 9.5, true), stretch(9, 0, true)], 20],
  ['a pause of three days', [stretch(20, 9, true), stretch(6, 0, true)], 6],
  ['a fault in between', [stretch(20, 9, true), stretch(8.9, 8, false), stretch(7.9, 0, true)], 7.9],
  ['a fault that another worker saw meanwhile', [stretch(20, 0, true), stretch(5, 4, false)], 4],
  ['a fault now', [stretch(20, 1, true), stretch(0.5, 0, false)], null],
  ['nobody looked lately', [stretch(20, 3, true)], null],
  ['nobody looked at all', [], null],
];
it.each(rows)('%s', (_what, stretches, days) => {
  expect(provedSince(stretches, testNow)).toBe(days === null ? null : ago(days));
});
