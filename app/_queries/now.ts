import { readIncidentGroups, type StandingGroups } from './incident-groups.ts';
import { estateStanding, type EstateStanding } from './estate-standing.ts';
import type { Reading } from './kept-reading.ts';

/** What the first page says at a glance. */
export interface NowReading extends StandingGroups {
  /** Milliseconds since the epoch. */
  readonly readAt: number;
  readonly estate: Reading<EstateStanding>;
}

const shownWaiting = 12;
const shownTaken = 5;

let last: NowReading | null = null;

export async function readNow(now: Date): Promise<NowReading> {
  const [estate, groups] = await Promise.all([
    estateStanding.read(now),
    readIncidentGroups({ waiting: shownWaiting, taken: shownTaken, now }),
  ]);
  last = { readAt: now.getTime(), estate, ...groups };
  return last;
}

/** The last that this process could read, for when it no longer can; null: none yet. */
export function lastNow(): NowReading | null {
  return last;
}
