import { measureOutcome } from '#lib/planner/outcome.ts';
import { dayMs, testNow } from '#tests/support/certificates.ts';

const rows: readonly (readonly [before: number, after: number, hours: number, state: string])[] = [
  [0, 0, 30, 'nothing-reported'],
  [0, 0, 3, 'running'],
  [10, 11, 30, 'no-more-than-before'],
  [10, 0, 30, 'no-more-than-before'],
  [0, 2, 30, 'no-more-than-before'],
  [0, 9, 30, 'more-failures'],
  [10, 60, 30, 'more-failures'],
  [1000, 1050, 30, 'no-more-than-before'],
  // An hour is enough to see a flood.
  [24, 40, 1, 'more-failures'],
  [24, 2, 1, 'running'],
];
it.each(rows)('%i before, %i after, %i hours later: %s', (before, after, hours, state) => {
  const measured = measureOutcome({ before, after }, { carriedOutAt: testNow, now: testNow + (hours * dayMs) / 24 });
  expect(measured).toMatchObject({ before, after, state });
  expect(measured.measuredMs).toBe(Math.min(24, hours) * 3_600_000);
});
