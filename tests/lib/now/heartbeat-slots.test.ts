import { heartbeatRuns, paintSlots } from '#lib/now/heartbeat-slots.ts';

const window = { from: 1_000, to: 1_400, slots: 4 };
const whole = { since: 0, seen: [{ from: 900, to: 1_500 }] };

test('only a slot that somebody looked into is fine', () => {
  const watched = [{ since: 0, seen: [{ from: 1_110, to: 1_190 }] }];
  expect(paintSlots(window, { watched, faults: [] })).toEqual(['unknown', 'ok', 'unknown', 'unknown']);
  expect(paintSlots(window, { watched: [whole], faults: [] })).toEqual(['ok', 'ok', 'ok', 'ok']);
  expect(paintSlots(window, { watched: [], faults: [] })).toEqual(['unknown', 'unknown', 'unknown', 'unknown']);
});

test('of several things all must have been seen, from when they were watched', () => {
  const late = { since: 1_150, seen: [{ from: 1_310, to: 1_500 }] };
  expect(paintSlots(window, { watched: [whole, late], faults: [] })).toEqual(['ok', 'ok', 'unknown', 'ok']);
  const never = { since: 0, seen: [] };
  expect(paintSlots(window, { watched: [whole, never], faults: [] })).not.toContain('ok');
});

test('the worst fault that touches a slot colours it, also where nobody looked', () => {
  const faults = [
    { grade: 'warn', from: 500, to: 1_120 },
    { grade: 'fail', from: 1_180, to: 1_210 },
    { grade: 'warn', from: 1_180, to: 1_300 },
  ] as const;
  expect(paintSlots(window, { watched: [], faults })).toEqual(['warn', 'fail', 'fail', 'warn']);
});

test('what ended before the window or begins after it is not in it; its last instant is in the last slot', () => {
  const faults = [
    { grade: 'fail', from: 500, to: 999 },
    { grade: 'fail', from: 1_401, to: 1_500 },
  ] as const;
  expect(paintSlots(window, { watched: [whole], faults })).toEqual(['ok', 'ok', 'ok', 'ok']);
  const last = [{ grade: 'fail', from: 1_400, to: 1_400 }] as const;
  expect(paintSlots(window, { watched: [whole], faults: last })).toEqual(['ok', 'ok', 'ok', 'fail']);
});

test('equal neighbours are one run', () => {
  expect(heartbeatRuns(['ok', 'ok', 'fail', 'ok'])).toEqual([
    { state: 'ok', start: 0, length: 2 },
    { state: 'fail', start: 2, length: 1 },
    { state: 'ok', start: 3, length: 1 },
  ]);
  expect(heartbeatRuns([])).toEqual([]);
});
