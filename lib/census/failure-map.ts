import { expectedAStep, failureStepMs, rateFailures, type OwnState } from './failure-spike.ts';

/** How many clients reported in one step, from whom. */
export interface FailureStep {
  /** A network, or a name of a client with its version. */
  readonly who: string;
  /** Begin of the step, milliseconds since the epoch. */
  readonly at: number;
  readonly clients: number;
}

/** Clients of all steps of the baseline. */
export interface FailureBaseline {
  readonly who: string;
  readonly clients: number;
}

/** Against what is usual: nobody, as usual, more than usual, or a spike. */
export type FailureLevel = 'none' | 'usual' | 'more' | 'spike';

export interface FailureCell {
  readonly clients: number;
  readonly level: FailureLevel;
}

export interface FailureRow {
  readonly who: string;
  /** Clients that are usual in a step. */
  readonly expected: number;
  /** One a step, the oldest first. */
  readonly cells: readonly FailureCell[];
}

/** Begins of the steps that a map shows, the oldest first; the last one is still being filled. */
export function failureSteps(now: number, count: number): readonly number[] {
  const last = Math.floor(now / failureStepMs) * failureStepMs;
  return Array.from({ length: count }, (_, index) => last - (count - 1 - index) * failureStepMs);
}

/**
 * Lays counts out by who reported and when, those with the most clients first, at most `maxRows`. A cell is judged by what
 * is usual for its row, not by its number.
 */
export function failureMap(
  counts: { readonly steps: readonly FailureStep[]; readonly baselines: readonly FailureBaseline[] },
  range: {
    readonly steps: readonly number[];
    readonly knownSince: number;
    readonly now: number;
    readonly maxRows: number;
  },
): { readonly rows: readonly FailureRow[]; readonly more: number } {
  const { steps, knownSince, now, maxRows } = range;
  const usual = new Map(counts.baselines.map(({ who, clients }) => [who, clients]));
  const seen = new Map<string, Map<number, number>>();
  for (const { who, at, clients } of counts.steps) {
    const row = seen.get(who) ?? new Map<number, number>();
    row.set(at, clients);
    seen.set(who, row);
  }
  const total = (row: ReadonlyMap<number, number>): number => [...row.values()].reduce((sum, count) => sum + count, 0);
  const order = [...seen].sort(([a, one], [b, other]) => total(other) - total(one) || (a < b ? -1 : 1));
  const rows = order.slice(0, maxRows).map(([who, row]): FailureRow => {
    const baseline = usual.get(who) ?? 0;
    return {
      ...{ who, expected: expectedAStep(baseline, { knownSince, now }) },
      cells: steps.map((at) => cellOf(row.get(at) ?? 0, { baseline, knownSince, now })),
    };
  });
  return { rows, more: Math.max(0, order.length - maxRows) };
}

function cellOf(
  clients: number,
  usual: { readonly baseline: number; readonly knownSince: number; readonly now: number },
): FailureCell {
  if (clients === 0) return { clients, level: 'none' };
  const { expected, isSpike } = rateFailures({ recent: clients, baseline: usual.baseline }, usual);
  return { clients, level: isSpike ? 'spike' : clients >= 3 * expected ? 'more' : 'usual' };
}

/** A time in which a finding said that the server had a fault; `to` null: it still does. */
export interface FaultSpan {
  readonly from: number;
  readonly to: number | null;
}

/** What our own probes saw in each step. Before the first probe and after the last one nobody looked. */
export function ownStates(
  steps: readonly number[],
  {
    faults,
    probed,
  }: {
    readonly faults: readonly FaultSpan[];
    /** When somebody looked, as far as is known; null: never. */
    readonly probed: { readonly from: number; readonly to: number } | null;
  },
): readonly OwnState[] {
  return steps.map((at) => {
    const end = at + failureStepMs;
    if (faults.some(({ from, to }) => from < end && (to === null || to > at))) return 'bad';
    return probed !== null && probed.from < end && probed.to >= at ? 'good' : 'unknown';
  });
}
