import { pressure, rankFaults, type RankedFault } from '#lib/now/rank-faults.ts';

const now = Date.UTC(2026, 10, 24, 4);
const dayMs = 86_400_000;

interface Named extends RankedFault {
  readonly name: string;
}

function fault(name: string, change: Partial<RankedFault> = {}): Named {
  return { name, severity: 'error', accounts: null, deadlineAt: null, since: now - dayMs, ...change };
}

const order = (...faults: readonly Named[]) => rankFaults(faults, now).map(({ name }) => name);

test('more accounts come first, of two that are broken now', () => {
  expect(order(fault('few', { accounts: 20 }), fault('many', { accounts: 3_000 }))).toEqual(['many', 'few']);
});

test('less time comes first, of two that hit as many', () => {
  const ends = (days: number) => ({ severity: 'warning', accounts: 500, deadlineAt: now + days * dayMs }) as const;
  expect(order(fault('later', ends(9)), fault('soon', ends(2)), fault('over', ends(-3)))).toEqual([
    'over',
    'soon',
    'later',
  ]);
});

test('impact and time weigh against each other: many in a week before few tomorrow', () => {
  const many = fault('many', { severity: 'warning', accounts: 12_000, deadlineAt: now + 7 * dayMs });
  const few = fault('few', { severity: 'warning', accounts: 100, deadlineAt: now + dayMs });
  expect(order(few, many)).toEqual(['many', 'few']);
});

test('an outage whose accounts nobody counted is before a date in weeks, however many that would hit', () => {
  const outage = fault('outage', { severity: 'critical' });
  const date = fault('date', { severity: 'warning', accounts: 10_000, deadlineAt: now + 21 * dayMs });
  expect(order(date, outage)).toEqual(['outage', 'date']);
});

test('nobody reported is not nobody: no account weighs as much as not counted', () => {
  expect(pressure(fault('a', { accounts: 0 }), now)).toBe(pressure(fault('b'), now));
});

test('a date that has passed presses as much as what is broken now, and a warning without a date the least', () => {
  const expired = fault('expired', { deadlineAt: now - dayMs });
  expect(pressure(expired, now)).toBe(pressure(fault('broken'), now));
  expect(
    order(fault('undated', { severity: 'warning' }), fault('ends', { severity: 'warning', deadlineAt: now })),
  ).toEqual(['ends', 'undated']);
});

test('of equals the nearest deadline comes first, then the longest standing; what was given is not touched', () => {
  const [young, old] = [fault('young', { since: now - 1 }), fault('old', { since: now - 9 * dayMs })];
  const past = fault('past', { deadlineAt: now - dayMs, since: now });
  const given = [young, old, past];
  expect(order(...given)).toEqual(['past', 'old', 'young']);
  expect(given).toEqual([young, old, past]);
});
