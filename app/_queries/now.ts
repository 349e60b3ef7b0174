import { countIncidentGroups, listIncidentGroups, type IncidentGroup } from './incident-groups.ts';
import { countIncidents, type IncidentCounts } from './incidents.ts';
import { readEstateStanding, type EstateStanding } from './estate-standing.ts';
import type { Reading } from './kept-reading.ts';

/** What the first page says at a glance. */
export interface NowReading {
  /** Milliseconds since the epoch. */
  readonly readAt: number;
  readonly estate: Reading<EstateStanding>;
  readonly incidents: IncidentCounts;
  /** Faults that nobody has taken, in all. */
  readonly faults: number;
  /** The first of them, what presses most on top. */
  readonly waiting: readonly IncidentGroup[];
  /** Faults that somebody has. */
  readonly taken: readonly IncidentGroup[];
}

const shownWaiting = 20;
const shownTaken = 5;

let last: NowReading | null = null;

export async function readNow(now: Date): Promise<NowReading> {
  const [estate, incidents, faults, waiting, taken] = await Promise.all([
    readEstateStanding(now),
    countIncidents(),
    countIncidentGroups(),
    listIncidentGroups({ which: 'waiting', limit: shownWaiting, now }),
    listIncidentGroups({ which: 'taken', limit: shownTaken, now }),
  ]);
  last = { readAt: now.getTime(), estate, incidents, faults, waiting, taken };
  return last;
}

/** The last that this process could read, for when it no longer can; null: none yet. */
export function lastNow(): NowReading | null {
  return last;
}
