import { daysSinceWeek, endOfWeek, lastSeenDays, lastSeenRange } from '../census/last-seen.ts';
import type { CensusClass } from '../model/census.ts';
import type { ClassVerdict } from './judge-class.ts';
import { worse, type Judged } from './judged.ts';

/*
 * Counting goes through some hundred thousand counts while somebody waits for the page: each is a few additions in arrays.
 */

const dayMs = 86_400_000;
/** In the order of the arrays below; null: before all. */
export const lastSeenRanges = [...lastSeenDays, null];

/** A class of clients that a change concerns, with what it does to them. */
export interface ConcernedClass extends ClassVerdict {
  readonly client: CensusClass;
}

/** What is the same for all clients that were last seen in a week. */
export interface WeekFacts {
  /** Full weeks since then. */
  readonly age: number;
  /** Index in `lastSeenRanges`. */
  readonly range: number;
  /** Its last instant, in milliseconds since the epoch. */
  readonly end: number;
}

export function weekFacts(week: string, now: number): WeekFacts {
  const days = daysSinceWeek(week, now);
  return {
    age: Math.floor(days / 7),
    range: lastSeenRanges.indexOf(lastSeenRange(days)),
    end: endOfWeek(week) + dayMs,
  };
}

/** Clients that are judged alike, by when they were last seen. */
export interface JudgedClients {
  readonly judged: Judged;
  readonly presumed: boolean;
  readonly client: CensusClass['client'];
  /** By `lastSeenRanges`. */
  readonly byRange: number[];
}

/** One class: what it told of itself, and what it may hold in silence. */
export interface ClassTally {
  readonly entry: ConcernedClass;
  readonly told: JudgedClients;
  /** Of those last seen after `since`; null: nobody. */
  readonly silent: { readonly since: number; readonly clients: JudgedClients } | null;
}

export function classTally(entry: ConcernedClass): ClassTally {
  const { reported, presumed } = entry;
  const { client } = entry.client;
  const none = () => lastSeenRanges.map(() => 0);
  const judged = presumed === null ? reported : worse(reported, presumed.judged);
  return {
    entry,
    told: { judged: reported, presumed: false, client, byRange: none() },
    silent:
      presumed === null || judged === reported
        ? null
        : { since: presumed.since, clients: { judged, presumed: true, client, byRange: none() } },
  };
}

/** Adds clients to a class and says what happens to them. */
export function addClients({ told, silent }: ClassTally, { range, end }: WeekFacts, holders: number): Judged {
  const clients = silent !== null && silent.since < end ? silent.clients : told;
  clients.byRange[range] = (clients.byRange[range] ?? 0) + holders;
  return clients.judged;
}

/** All clients of a class. */
export function holdersOf({ told, silent }: ClassTally): number {
  const sum = (byRange: readonly number[]): number => byRange.reduce((total, holders) => total + holders, 0);
  return sum(told.byRange) + (silent === null ? 0 : sum(silent.clients.byRange));
}
