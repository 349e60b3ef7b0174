import fc from 'fast-check';
import { findSignatureLevel, readSignatureThresholds } from '#lib/checks/signature-window.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const inception = Date.UTC(2026, 0, 1);

describe('thresholds follow the window of a signature, up to a cap', () => {
  it.each([
    // window, warn and crit in hours before the end
    ['30 days', 30 * dayMs, 72, 12],
    ['14 days', 14 * dayMs, 72, 12],
    ['12 days: a quarter is 72 hours', 12 * dayMs, 72, 12],
    ['11 days: a quarter is less', 11 * dayMs, 66, 12],
    ['10 days: 5 % are 12 hours', 10 * dayMs, 60, 12],
    ['7 days', 7 * dayMs, 42, 8.4],
    ['2 days, as of servers that sign each answer', 2 * dayMs, 12, 2.4],
    ['4 hours', 4 * hourMs, 1, 0.2],
  ])('%s', (_name, windowMs, warnHours, critHours) => {
    const expiration = inception + windowMs;
    const { warnAt, critAt } = readSignatureThresholds({ inception, expiration });
    const hoursLeft = [warnAt, critAt].map((at) => Math.round(((expiration - at) / hourMs) * 1000) / 1000);
    expect(hoursLeft).toEqual([warnHours, critHours]);
  });

  it('count as passed only below them, and the expiration as valid', () => {
    const window = { inception, expiration: inception + 20 * dayMs };
    const { warnAt, critAt } = readSignatureThresholds(window);
    const instants = [warnAt, warnAt + 1, critAt, critAt + 1, window.expiration, window.expiration + 1];
    expect(instants.map((now) => findSignatureLevel(window, now))).toEqual([
      'fine', 'warn', 'warn', 'crit', 'crit', 'expired',
    ]); // prettier-ignore
  });

  it('never get better with time, whatever the dates', () => {
    const order = ['fine', 'warn', 'crit', 'expired'];
    const instant = fc.integer({ min: 0, max: 4 * 365 * dayMs });
    fc.assert(
      fc.property(instant, instant, instant, instant, (from, until, first, second) => {
        const window = { inception: from, expiration: until };
        const [early, late] = [Math.min(first, second), Math.max(first, second)];
        const [before, after] = [findSignatureLevel(window, early), findSignatureLevel(window, late)];
        expect(order.indexOf(after)).toBeGreaterThanOrEqual(order.indexOf(before));
      }),
    );
  });
});
