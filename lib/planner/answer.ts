import type { PlannedChange } from './change.ts';
import type { Impact } from './judged.ts';
import type { LastSeenRange } from '../census/last-seen.ts';

/* The answer to a planned change. Plain data that survives JSON: a plan keeps it as it was. Instants are in ms since the epoch. */

export interface PlanAnswer {
  readonly change: PlannedChange;
  readonly verdict: Impact;
  /** In plain words, with the numbers and what they do not cover. */
  readonly sentence: string;
  readonly answeredAt: number;
  /** Hosts that the change is made at. */
  readonly hosts: readonly string[];
  readonly totals: PlanTotals;
  /** The worst first, of those the largest. They sum up to `totals`. */
  readonly groups: readonly PlanGroup[];
  readonly coverage: PlanCoverage;
  /** Null: nobody is locked out or at risk. */
  readonly forecast: PlanForecast | null;
  readonly steps: readonly PlanStep[];
  readonly preconditions: readonly Precondition[];
  /** Sentences about what does not lock anybody out and should be known. */
  readonly warnings: readonly string[];
  /** The oldest of the looks that it rests on; null: an endpoint was never looked at, or there is none. */
  readonly oldestLookAt: number | null;
}

/** Clients (an account with a client at a server each). `presumed` of those at risk have not said that they hold a tag. */
export interface PlanTotals extends Readonly<Record<Impact, number>> {
  readonly presumed: number;
}

export interface PlanGroup {
  readonly impact: Impact;
  readonly presumed: boolean;
  /** The tag that decides; null: none. */
  readonly tag: string | null;
  /** Null: many small groups together. Name '' for clients that tell none. */
  readonly client: { readonly name: string; readonly version: string } | null;
  /** In days, at most; null: before all ranges. */
  readonly lastSeen: LastSeenRange;
  readonly why: string;
  readonly holders: number;
}

/** Logins of the hosts over the days that the census counts as coverage. */
export interface PlanCoverage {
  readonly logins: number;
  /** The client named itself. */
  readonly named: number;
  /** The client spoke of latches. */
  readonly spokeOfLatches: number;
  /** By POP3, where clients cannot report (draft section 7.2). */
  readonly pop: number;
  readonly days: number;
  /** Clients at servers that only an address names: counted for each name of that address. */
  readonly ambiguous: number;
}

/** How many of those locked out or at risk will still be active: a latch itself has no end. */
export interface PlanForecast {
  /** Weekly, today first. The band holds 90 of 100 times, as far as people stop as they did before. */
  readonly points: readonly {
    readonly at: number;
    readonly expected: number;
    readonly low: number;
    readonly high: number;
  }[];
  /** When the upper edge of the band falls below one in a hundred of today; null: not within the points. */
  readonly nearlyNoneAt: number | null;
  /** Affected, and not seen for five weeks and more: not in the points, and they may come back. */
  readonly dormant: number;
}

export interface PlanStep {
  readonly text: string;
  /** Not before this; null: at once after the step before. */
  readonly notBefore: number | null;
  /** Why to wait, in one sentence; null: no waiting. */
  readonly waitFor: string | null;
}

export interface Precondition {
  readonly id: string;
  readonly text: string;
  readonly state: 'met' | 'not-met' | 'unknown';
  /** Whether the change must not be made without it. */
  readonly blocks: boolean;
  /** What was seen, in one sentence; '' where there is nothing to add. */
  readonly detail: string;
}
