import { findExpiryLevel, readThresholds } from '#lib/checks/expiry-level.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const notBefore = Date.UTC(2026, 0, 1);

describe('thresholds follow the lifetime, up to a cap', () => {
  it.each([
    // lifetime, warn, crit, page in hours before the end
    ['398 days', 398 * dayMs, 30 * 24, 7 * 24, 24],
    ['90 days', 90 * dayMs, 22.5 * 24, 7 * 24, 24],
    ['47 days', 47 * dayMs, 11.75 * 24, 112.8, 24],
    ['160 hours', 160 * hourMs, 40, 16, 8],
    ['ten years', 3650 * dayMs, 30 * 24, 7 * 24, 24],
  ])('%s', (_name, lifetimeMs, warnHours, critHours, pageHours) => {
    const notAfter = notBefore + lifetimeMs;
    const { warnAt, critAt, pageAt } = readThresholds({ notBefore, notAfter });
    const hoursLeft = [warnAt, critAt, pageAt].map((at) => Math.round(((notAfter - at) / hourMs) * 100) / 100);
    expect(hoursLeft).toEqual([warnHours, critHours, pageHours]);
  });

  it('count the boundary to the worse side, and the last second as valid', () => {
    const validity = { notBefore, notAfter: notBefore + 100 * dayMs };
    const { warnAt, critAt, pageAt } = readThresholds(validity);
    const levels = [
      warnAt - 1,
      warnAt,
      critAt - 1,
      critAt,
      pageAt - 1,
      pageAt,
      validity.notAfter,
      validity.notAfter + 1,
    ];
    expect(levels.map((now) => findExpiryLevel(validity, now))).toEqual([
      'fine', 'warn', 'warn', 'crit', 'crit', 'page', 'page', 'expired',
    ]); // prettier-ignore
  });

  it('do not go wrong on dates in the wrong order', () => {
    expect(findExpiryLevel({ notBefore: 10, notAfter: 5 }, 3)).toBe('fine');
    expect(findExpiryLevel({ notBefore: 10, notAfter: 5 }, 7)).toBe('expired');
  });
});
