import { severityNumber, type Severity } from '../model/finding.ts';

/** What the order of the list of open faults goes by. */
export interface RankedFault {
  readonly severity: Severity;
  /** Accounts that it locks out, or presumably does; null: not counted. */
  readonly accounts: number | null;
  /** When it does harm, or did, in milliseconds since the epoch; null: it has no date. */
  readonly deadlineAt: number | null;
  /** Milliseconds since the epoch. */
  readonly since: number;
}

const dayMs = 86_400_000;

/** The census is a lower bound: a fault that nobody is known to meet still counts as much as one that some do. */
const fewestAccounts = 10;

/** A fault without a date that locks nobody out yet. */
const undatedDays = 30;

const weightOf: Readonly<Record<Severity, number>> = { critical: 100, error: 10, warning: 1, info: 0.1 };

/** Days until it does harm; 0: it does now. */
function daysLeft({ severity, deadlineAt }: RankedFault, now: number): number {
  if (deadlineAt !== null) return Math.max(0, (deadlineAt - now) / dayMs);
  return severity === 'critical' || severity === 'error' ? 0 : undatedDays;
}

/**
 * How much a fault presses: whom it hits, how badly, and how little time is left. Half a day more or less matters today and
 * not in three weeks, so time counts as one part in (1 + days).
 */
export function pressure(fault: RankedFault, now: number): number {
  const accounts = Math.max(fault.accounts ?? 0, fewestAccounts);
  return (weightOf[fault.severity] * accounts) / (1 + daysLeft(fault, now));
}

/** What presses most first; of equals the worst, then the nearest deadline, then the longest standing. */
export function rankFaults<T extends RankedFault>(faults: readonly T[], now: number): readonly T[] {
  return faults.toSorted(
    (a, b) =>
      pressure(b, now) - pressure(a, now) ||
      severityNumber[a.severity] - severityNumber[b.severity] ||
      compareDates(a.deadlineAt, b.deadlineAt) ||
      a.since - b.since,
  );
}

function compareDates(a: number | null, b: number | null): number {
  if (a === b) return 0;
  if (a === null) return 1;
  return b === null ? -1 : a - b;
}
