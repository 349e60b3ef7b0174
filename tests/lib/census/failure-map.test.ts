import { failureMap, failureSteps, ownStates } from '#lib/census/failure-map.ts';

const now = Date.parse('2026-11-25T12:07:00Z');
const minuteMs = 60_000;
const steps = failureSteps(now, 3);
const range = { steps, knownSince: now - 7 * 24 * 60 * minuteMs, now, maxRows: 2 };

test('steps end with the one that is being filled', () => {
  expect(steps.map((at) => new Date(at).toISOString().slice(11, 16))).toEqual(['11:30', '11:45', '12:00']);
});

test('a cell is judged by what is usual for its row', () => {
  const at = (index: number) => steps[index] ?? 0;
  const { rows, more } = failureMap(
    {
      steps: [
        { who: '192.0.2.0/24', at: at(0), clients: 20 },
        { who: '192.0.2.0/24', at: at(2), clients: 70 },
        { who: '198.51.100.0/24', at: at(1), clients: 20 },
        { who: '203.0.113.0/24', at: at(1), clients: 2 },
      ],
      baselines: [{ who: '192.0.2.0/24', clients: 20 * 668 }],
    },
    range,
  );
  expect(more).toBe(1);
  expect(rows).toEqual([
    {
      ...{ who: '192.0.2.0/24', expected: 20 },
      cells: [
        { clients: 20, level: 'usual' },
        { clients: 0, level: 'none' },
        { clients: 70, level: 'spike' },
      ],
    },
    {
      ...{ who: '198.51.100.0/24', expected: 0 },
      cells: [
        { clients: 0, level: 'none' },
        { clients: 20, level: 'spike' },
        { clients: 0, level: 'none' },
      ],
    },
  ]);
  const few = failureMap({ steps: [{ who: 'x', at: at(1), clients: 2 }], baselines: [] }, range);
  expect(few.rows[0]?.cells[1]).toEqual({ clients: 2, level: 'more' });
});

test('what we saw ourselves: a fault for as long as it lasted, and nothing where nobody looked', () => {
  const [first = 0, second = 0, third = 0] = steps;
  const probed = { from: first, to: third };
  expect(ownStates(steps, { faults: [], probed: null })).toEqual(['unknown', 'unknown', 'unknown']);
  expect(ownStates(steps, { faults: [], probed: { from: second, to: second } })).toEqual([
    'unknown',
    'good',
    'unknown',
  ]);
  expect(ownStates(steps, { faults: [{ from: first - 1, to: first + 1 }], probed })).toEqual(['bad', 'good', 'good']);
  expect(ownStates(steps, { faults: [{ from: second, to: null }], probed })).toEqual(['good', 'bad', 'bad']);
});
