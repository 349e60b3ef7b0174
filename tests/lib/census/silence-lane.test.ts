import { laneHours, silenceLane } from '#lib/census/silence-lane.ts';

const hourMs = 3_600_000;
const hour = Date.UTC(2026, 10, 25, 9);
const now = hour + 45 * 60_000;

/** The same hour of the days before. */
function before(counts: readonly number[]): [number, number][] {
  return counts.map((count, index) => [hour - (index + 1) * 24 * hourMs, count]);
}
const lane = (counts: readonly [number, number][], since = 0) =>
  silenceLane(new Map(counts), { hours: [hour], since, now })[0];

describe('the lane of silence', () => {
  it('ends with the running hour', () => {
    expect(laneHours(now, 3)).toEqual([hour - 2 * hourMs, hour - hourMs, hour]);
  });

  it('measures a running hour by what is usual by now', () => {
    const usual = before(Array.from({ length: 14 }, () => 400));
    expect(lane([...usual, [hour, 290]])).toEqual({ expected: 300, seen: 290, state: 'usual' });
    expect(lane([...usual, [hour, 99]])).toEqual({ expected: 300, seen: 99, state: 'quiet' });
    expect(lane(usual)).toEqual({ expected: 300, seen: 0, state: 'quiet' });
  });

  it('takes the median, so that one outage or flood of before changes nothing', () => {
    const counts = [0, 0, 90_000, ...Array.from({ length: 11 }, () => 400)];
    expect(lane([...before(counts), [hour, 280]])).toMatchObject({ expected: 300, state: 'usual' });
  });

  it('does not take a quiet night for silence', () => {
    expect(lane(before(Array.from({ length: 14 }, () => 20)))).toMatchObject({ state: 'usual' });
  });

  it('says nothing before five days, or in the first minutes of an hour', () => {
    const usual = before([400, 400, 400, 400, 400]);
    expect(lane(usual, hour - 4 * 24 * hourMs)).toMatchObject({ expected: null, state: 'unknown' });
    expect(lane(usual, hour - 5 * 24 * hourMs)).toMatchObject({ state: 'quiet' });
    const early = silenceLane(new Map(usual), { hours: [hour], since: 0, now: hour + 10 * 60_000 });
    expect(early[0]).toMatchObject({ state: 'unknown' });
  });
});
