import fc from 'fast-check';
import { stepIncident, type IncidentStep, type Observed } from '#lib/incidents/step.ts';
import type { IncidentProgress } from '#lib/model/incident.ts';
import type { Severity } from '#lib/model/finding.ts';

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

describe('any run of steps, with any clock', () => {
  const runs = fc.array(
    fc.record({ seen: fc.constantFrom(...Object.keys(observations)), now: fc.integer({ min: 0, max: 10 * hour }) }),
    { maxLength: 60 },
  );
  const policies = fc.record({ confirmations: fc.constantFrom(1, 2), cleanRuns: fc.constant(2) });

  it('opens only after confirmations, resolves only after clean runs, and tells each once', () => {
    fc.assert(
      fc.property(runs, policies, (sequence, rule) => {
        let current: IncidentProgress | null = null;
        let [inRow, cleanInRow] = [0, 0];
        let told: Severity | null = null;
        for (const { seen, now } of sequence) {
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
          if (result.change === 'resolve' && observed.kind !== 'withdrawn') {
            expect(cleanInRow).toBeGreaterThanOrEqual(rule.cleanRuns);
          }
          if (result.notice === 'resolved') expect(told).not.toBeNull();
          if (result.notice !== null) told = result.notice === 'resolved' ? null : (result.next?.severity ?? null);
          if (result.next !== null && result.next.state !== 'suspect' && result.next.state !== 'resolved') {
            expect(result.next.toldSeverity).not.toBeNull();
            expect(result.next.lastSeen).toBeGreaterThanOrEqual(result.next.firstSeen);
          }
          current = result.next;
        }
      }),
      { numRuns: 500 },
    );
  });
});
