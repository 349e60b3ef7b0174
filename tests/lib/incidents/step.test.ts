import fc from 'fast-check';
import { stepIncident, type IncidentStep, type Observed } from '#lib/incidents/step.ts';
import type { IncidentProgress } from '#lib/model/incident.ts';
import { severityNumber, type Severity } from '#lib/model/finding.ts';

const policy = { confirmations: 2, cleanRuns: 2 };
const hour = 60 * 60 * 1000;

function found(severity: Severity): Observed {
  return { kind: 'found', severity, params: { reason: 'refused' }, affected: ['192.0.2.1'] };
}
const clean: Observed = { kind: 'clean', resolution: 'seen to be fine again' };
const unseen: Observed = { kind: 'unseen' };
const withdrawn: Observed = { kind: 'withdrawn', resolution: 'no longer monitored' };

const observations: Readonly<Record<string, Observed>> = {
  'found warning': found('warning'),
  'found error': found('error'),
  'found critical': found('critical'),
  'found info': found('info'),
  clean,
  unseen,
  withdrawn,
};

function incident(changes: Partial<IncidentProgress>): IncidentProgress {
  return {
    state: 'firing',
    severity: 'error',
    params: {},
    affected: ['192.0.2.1'],
    foundRuns: 3,
    cleanRuns: 0,
    firstSeen: 1000,
    lastSeen: 2000,
    openedAt: 1500,
    acknowledgedAt: null,
    resolvedAt: null,
    resolution: null,
    toldSeverity: 'error',
    unstableSince: null,
    transitions: [],
    ...changes,
  };
}

const incidents: Readonly<Record<string, IncidentProgress | null>> = {
  nothing: null,
  'suspect once': incident({ state: 'suspect', foundRuns: 1, openedAt: null, toldSeverity: null }),
  'suspect twice': incident({ state: 'suspect', foundRuns: 2, openedAt: null, toldSeverity: null }),
  firing: incident({}),
  'worse, unconfirmed': incident({ severity: 'critical', foundRuns: 1 }),
  'worse, seen twice': incident({ severity: 'critical', foundRuns: 2, state: 'acknowledged', acknowledgedAt: 1600 }),
  'better than told': incident({ severity: 'warning' }),
  acknowledged: incident({ state: 'acknowledged', acknowledgedAt: 1600 }),
  recovering: incident({ state: 'recovering', cleanRuns: 1 }),
  'recovering, acknowledged': incident({ state: 'recovering', cleanRuns: 1, acknowledgedAt: 1600 }),
  'resolved lately': incident({ state: 'resolved', resolvedAt: 9000, foundRuns: 0, toldSeverity: null }),
  'resolved lately, seen twice': incident({ state: 'resolved', resolvedAt: 9000, foundRuns: 2, toldSeverity: null }),
  'resolved long ago': incident({ state: 'resolved', resolvedAt: 10_000 - hour, foundRuns: 0, toldSeverity: null }),
};

/** change, state after, notice, event, re-probe in seconds */
type Row = readonly [string, string, string, string | null, string | null, string | null, number | null];

const rows: readonly Row[] = [
  ['nothing', 'found error', 'suspect', 'suspect', null, null, 5],
  ['nothing', 'found info', 'none', null, null, null, null],
  ['nothing', 'clean', 'none', null, null, null, null],
  ['nothing', 'unseen', 'none', null, null, null, null],
  ['nothing', 'withdrawn', 'none', null, null, null, null],
  ['suspect once', 'found error', 'confirm', 'suspect', null, null, 15],
  ['suspect once', 'clean', 'forget', null, null, null, null],
  ['suspect once', 'found info', 'forget', null, null, null, null],
  ['suspect once', 'unseen', 'hold', 'suspect', null, null, null],
  ['suspect once', 'withdrawn', 'forget', null, null, null, null],
  ['suspect twice', 'found error', 'open', 'firing', 'opened', 'opened', null],
  ['suspect twice', 'found critical', 'open', 'firing', 'opened', 'opened', null],
  ['firing', 'found error', 'seen', 'firing', null, null, null],
  ['firing', 'found warning', 'regrade', 'firing', null, 'regraded', null],
  ['firing', 'found critical', 'regrade', 'firing', null, 'regraded', 5],
  ['firing', 'unseen', 'hold', 'firing', null, null, null],
  ['firing', 'clean', 'improving', 'recovering', null, 'recovering', 10],
  ['firing', 'found info', 'improving', 'recovering', null, 'recovering', 10],
  ['firing', 'withdrawn', 'resolve', 'resolved', 'resolved', 'resolved', null],
  ['worse, unconfirmed', 'found critical', 'seen', 'firing', null, null, 15],
  ['worse, unconfirmed', 'found error', 'regrade', 'firing', null, 'regraded', null],
  ['worse, seen twice', 'found critical', 'regrade', 'firing', 'worsened', 'regraded', null],
  ['better than told', 'found error', 'regrade', 'firing', null, 'regraded', null],
  ['acknowledged', 'found error', 'seen', 'acknowledged', null, null, null],
  ['acknowledged', 'clean', 'improving', 'recovering', null, 'recovering', 10],
  ['recovering', 'clean', 'resolve', 'resolved', 'resolved', 'resolved', null],
  ['recovering', 'unseen', 'hold', 'recovering', null, null, null],
  ['recovering', 'found error', 'relapse', 'firing', null, 'relapsed', null],
  ['recovering, acknowledged', 'found error', 'relapse', 'acknowledged', null, 'relapsed', null],
  ['resolved lately', 'found error', 'confirm', 'resolved', null, null, 5],
  ['resolved lately', 'clean', 'none', 'resolved', null, null, null],
  ['resolved lately', 'unseen', 'none', 'resolved', null, null, null],
  ['resolved lately, seen twice', 'clean', 'none', 'resolved', null, null, null],
  ['resolved lately, seen twice', 'found error', 'reopen', 'firing', 'opened', 'relapsed', null],
  ['resolved long ago', 'found error', 'suspect', 'suspect', null, null, 5],
];

function step(before: string, seen: string, now = 10_000): IncidentStep {
  const observed = observations[seen];
  const start = incidents[before];
  if (observed === undefined || start === undefined) throw new Error(`${before} + ${seen} is not in the tables`);
  return stepIncident({ incident: start, observed, policy, now });
}

/** One step as it is kept: what was not said is not told. */
function keep(before: IncidentProgress | null, step: IncidentStep, explained: boolean): IncidentProgress | null {
  const isSilent = explained && step.notice !== 'resolved';
  return isSilent && step.next !== null ? { ...step.next, toldSeverity: before?.toldSeverity ?? null } : step.next;
}

describe('one step of an incident', () => {
  it.each(rows)('%s + %s -> %s', (before, seen, change, state, notice, event, reprobeSeconds) => {
    const result = step(before, seen);
    expect({
      change: result.change,
      state: result.next?.state ?? null,
      notice: result.notice,
      event: result.event,
      reprobeInMs: result.reprobeInMs,
    }).toEqual({ change, state, notice, event, reprobeInMs: reprobeSeconds === null ? null : reprobeSeconds * 1000 });
  });

  it('opens after one confirmation where the fact is written down somewhere', () => {
    const suspect = incidents['suspect once'] ?? null;
    const { change } = stepIncident({
      incident: suspect,
      observed: found('error'),
      policy: { confirmations: 1, cleanRuns: 2 },
      now: 10_000,
    });
    expect(change).toBe('open');
  });

  it('ends the acknowledgement of what has become worse', () => {
    const { next } = step('worse, seen twice', 'found critical');
    expect(next).toMatchObject({ acknowledgedAt: null, toldSeverity: 'critical', severity: 'critical' });
  });

  it('says nothing about the end of what nobody was told', () => {
    const silent = incident({ toldSeverity: null, state: 'recovering', cleanRuns: 1 });
    expect(stepIncident({ incident: silent, observed: clean, policy, now: 10_000 })).toMatchObject({
      change: 'resolve',
      notice: null,
    });
  });

  it('takes a clock that went back for the same hour', () => {
    expect(step('resolved lately, seen twice', 'found error', 0).change).toBe('reopen');
  });
});

const minute = 60 * 1000;

describe('what comes and goes', () => {
  const flapping = (changes: Partial<IncidentProgress>) =>
    incident({ transitions: [10 * minute, 20 * minute, 30 * minute, 40 * minute], lastSeen: 40 * minute, ...changes });
  const at = (start: IncidentProgress, seen: Observed, now: number) =>
    stepIncident({ incident: start, observed: seen, policy, now });

  it.each([
    ['comes back while it recovered', flapping({ state: 'recovering', cleanRuns: 1 }), found('error'), 'firing'],
    ['would end', flapping({ state: 'recovering', cleanRuns: 1 }), clean, 'recovering'],
    [
      'is back within the hour',
      flapping({ state: 'resolved', resolvedAt: 40 * minute, foundRuns: 2, toldSeverity: null }),
      found('error'),
      'firing',
    ],
  ] as const)('is unstable with the fifth change within an hour: it %s', (_, start, seen, state) => {
    const step = at(start, seen, 45 * minute);
    expect(step).toMatchObject({ change: 'unstable', event: 'unstable', notice: 'unstable' });
    expect(step.next).toMatchObject({ state, unstableSince: 45 * minute });
  });

  it('is none where the changes lie further apart', () => {
    const start = flapping({ state: 'recovering', cleanRuns: 1 });
    expect(at(start, clean, 71 * minute)).toMatchObject({ change: 'resolve', notice: 'resolved' });
  });

  it('is told no more of, until it was quiet for half an hour', () => {
    const unstable = flapping({ unstableSince: 45 * minute, lastSeen: 45 * minute });
    const better = at(unstable, clean, 50 * minute);
    expect(better).toMatchObject({ event: null, notice: null, next: { state: 'recovering' } });
    const still = at(better.next ?? unstable, clean, 74 * minute);
    expect(still).toMatchObject({ event: null, notice: null, next: { state: 'recovering' } });
    expect(at(still.next ?? unstable, found('error'), 74 * minute)).toMatchObject({ event: null, notice: null });
    const over = at(still.next ?? unstable, clean, 75 * minute);
    expect(over).toMatchObject({ change: 'resolve', notice: 'resolved', next: { unstableSince: null } });
  });
});

describe('what was silent because of another', () => {
  it('is told as opened when it is seen again, and whoever took it keeps it', () => {
    const start = incident({ toldSeverity: null, state: 'acknowledged', acknowledgedAt: 1600 });
    expect(stepIncident({ incident: start, observed: found('error'), policy, now: 10_000 })).toMatchObject({
      ...{ change: 'announce', notice: 'opened', event: null },
      next: { state: 'acknowledged', toldSeverity: 'error' },
    });
  });

  it('ends in silence when it came back in silence, though its first end was told', () => {
    const told = stepIncident({
      incident: incident({}),
      observed: observations['withdrawn'] ?? unseen,
      policy,
      now: 10_000,
    });
    expect(told).toMatchObject({ notice: 'resolved', next: { toldSeverity: null } });
    const back = stepIncident({
      ...{ incident: told.next, observed: found('error'), now: 11_000 },
      policy: { ...policy, confirmations: 0 },
    });
    // Something else explains it: its notice is not sent, and it stays as much told as it was.
    const silent = keep(told.next, back, true);
    const end = stepIncident({ incident: silent, observed: observations['withdrawn'] ?? unseen, policy, now: 12_000 });
    expect([back.notice, end.change, end.notice]).toEqual(['opened', 'resolve', null]);
  });

  it('is not told before it is confirmed', () => {
    const start = incident({ toldSeverity: null, state: 'recovering', cleanRuns: 1 });
    const { notice, reprobeInMs } = stepIncident({ incident: start, observed: found('error'), policy, now: 10_000 });
    expect([notice, reprobeInMs]).toEqual([null, 5000]);
  });
});

describe('any run of steps, with any clock', () => {
  /** What a run sees, when, and whether something else explains it at that time. */
  const runs = fc.array(
    fc.record({
      seen: fc.constantFrom(...Object.keys(observations)),
      now: fc.integer({ min: 0, max: 10 * hour }),
      explained: fc.boolean(),
    }),
    { maxLength: 60 },
  );
  const steady = fc.array(
    fc.record({
      seen: fc.constantFrom('found error', 'clean', 'clean'),
      now: fc.integer({ min: 0, max: 2 * hour }),
      explained: fc.constant(false),
    }),
    { maxLength: 60 },
  );
  const policies = fc.record({ confirmations: fc.constantFrom(1, 2), cleanRuns: fc.constant(2) });
  type Runs = readonly { readonly seen: string; readonly now: number; readonly explained: boolean }[];

  function play(sequence: Runs, rule: typeof policy): IncidentProgress | null {
    return sequence.reduce<IncidentProgress | null>((before, { seen, now, explained }) => {
      const step = stepIncident({ incident: before, observed: observations[seen] ?? unseen, policy: rule, now });
      return keep(before, step, explained);
    }, null);
  }

  it('opens only after confirmations, resolves only after clean runs, and tells each once', () => {
    fc.assert(
      fc.property(fc.oneof(runs, steady), policies, (sequence, rule) => {
        let current: IncidentProgress | null = null;
        let [inRow, cleanInRow] = [0, 0];
        let told: Severity | null = null;
        for (const { seen, now, explained } of sequence) {
          const observed = observations[seen] ?? unseen;
          const before: IncidentProgress | null = current;
          const result: IncidentStep = stepIncident({ incident: before, observed, policy: rule, now });
          const isFound = observed.kind === 'found' && observed.severity !== 'info';
          const isClean = observed.kind === 'clean' || (observed.kind === 'found' && observed.severity === 'info');
          if (isFound) [inRow, cleanInRow] = [inRow + 1, 0];
          if (isClean) [inRow, cleanInRow] = [0, cleanInRow + 1];
          if (observed.kind === 'unseen') {
            expect(result.next).toBe(before);
            expect(result.notice).toBeNull();
          }
          if (result.notice === 'opened') {
            expect(told).toBeNull();
            expect(inRow).toBeGreaterThan(rule.confirmations);
          }
          if (result.notice === 'worsened') expect(told).not.toBeNull();
          if (result.notice === 'unstable') expect(before?.unstableSince ?? null).toBeNull();
          // Nothing is said twice: each message but the end and the unrest tells of something worse than the last.
          if (result.notice === 'worsened' && result.next !== null && told !== null)
            expect(severityNumber[result.next.severity]).toBeLessThan(severityNumber[told]);
          if (result.change === 'resolve' && observed.kind !== 'withdrawn') {
            expect(cleanInRow).toBeGreaterThanOrEqual(rule.cleanRuns);
            if (before?.unstableSince !== null && before !== null)
              expect(Math.abs(now - before.lastSeen)).toBeGreaterThanOrEqual(30 * minute);
          }
          if (result.notice === 'resolved') expect(told).not.toBeNull();
          const isSaid = result.notice !== null && (!explained || result.notice === 'resolved');
          if (isSaid && result.notice === 'resolved') told = null;
          else if (isSaid) told = result.next?.toldSeverity ?? null;
          else if (result.next?.state === 'resolved') told = null;
          current = keep(before, result, explained);
          if (current !== null && current.state !== 'suspect')
            expect(current.lastSeen).toBeGreaterThanOrEqual(current.firstSeen);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('is never stuck: clean runs always end it, and found runs always tell it unless something explains it', () => {
    fc.assert(
      fc.property(fc.oneof(runs, steady), policies, fc.integer({ min: 0, max: 10 * hour }), (sequence, rule, start) => {
        const left = play(sequence, rule);
        const later = (seen: string, explained: boolean): Runs =>
          Array.from({ length: 20 }, (_, index) => ({ seen, now: start + index * 5 * minute, explained }));
        const settle = (seen: string, explained: boolean) =>
          later(seen, explained).reduce<IncidentProgress | null>((before, run) => {
            const observed = observations[run.seen] ?? unseen;
            const step = stepIncident({ incident: before, observed, policy: rule, now: run.now });
            return keep(before, step, run.explained);
          }, left);
        expect([null, 'resolved']).toContain(settle('clean', false)?.state ?? null);
        expect(settle('found error', false)?.toldSeverity ?? null).not.toBeNull();
        expect(settle('found error', true)?.state).not.toBe('suspect');
      }),
      { numRuns: 300 },
    );
  });
});
