import fc from 'fast-check';
import { explainSpike, rateFailures } from '#lib/census/failure-spike.ts';

const now = Date.parse('2026-11-25T12:00:00Z');
const hourMs = 3_600_000;
const week = { knownSince: now - 7 * 24 * hourMs, now };
/** Steps of a week without its last hour. */
const steps = 167 * 4;

describe('a spike', () => {
  const isSpike = (recent: number, baseline: number, since = week) => rateFailures({ recent, baseline }, since).isSpike;

  it('has at least five clients', () => {
    expect([4, 5].map((recent) => isSpike(recent, 0))).toEqual([false, true]);
  });

  it('has three times as many as usual', () => {
    expect(rateFailures({ recent: 0, baseline: 20 * steps }, week).expected).toBe(20);
    expect([59, 60].map((recent) => isSpike(recent, 20 * steps))).toEqual([false, true]);
  });

  it('has more than chance does where few are usual', () => {
    expect([6, 7].map((recent) => isSpike(recent, 2 * steps))).toEqual([false, false]);
    expect([7, 8].map((recent) => isSpike(recent, 2 * steps))).toEqual([false, true]);
  });

  it('ends when a steady failure of a new server has become usual', () => {
    const after = (hours: number) =>
      isSpike(10, Math.max(0, hours - 1) * 4 * 10, { knownSince: now - hours * hourMs, now });
    expect([1, 2, 4].map(after)).toEqual([true, true, false]);
  });

  it('never begins by fewer reports, nor by a busier past', () => {
    fc.assert(
      fc.property(fc.nat(500), fc.nat(500), fc.nat(100_000), fc.nat(100_000), (recent, fewer, baseline, more) => {
        if (isSpike(recent, baseline + more)) expect(isSpike(recent + fewer, baseline)).toBe(true);
      }),
    );
  });
});

test('what a spike means depends on who agrees with it', () => {
  expect(explainSpike({ networks: 4 }, 'good')).toBe('claim');
  expect(explainSpike({ networks: 5 }, 'good')).toBe('path');
  expect(explainSpike({ networks: 5 }, 'unknown')).toBe('many');
  expect(explainSpike({ networks: 4 }, 'unknown')).toBe('claim');
  expect(explainSpike({ networks: 1 }, 'bad')).toBe('own-fault');
});
