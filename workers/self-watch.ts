import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { isSelfDown, secondLookAfterMs, stepSelf, unaskedState, type SelfState } from '#lib/incidents/self-state.ts';
import type { SelfObservation, SelfVerdict } from '#lib/model/self-observation.ts';
import type { AskCanaries } from './probes/canary.ts';
import type { Clock } from './ports.ts';

/** A time when our own network or resolver was down. Milliseconds since the epoch. */
export interface Outage {
  readonly since: number;
  /** Null: it lasts. */
  readonly until: number | null;
}

/** What all runs of a worker know of our own network and resolver. */
export interface SelfWatch {
  /** Looks at the canaries now, again after two seconds where they say something new. */
  readonly look: () => Promise<SelfObservation>;
  /**
   * What a run may believe. One that went wrong in a way that can be ours (`doubtful`) asks the canaries, and so does
   * every run while we are down; all that ask within some seconds share one look. `startedAt` by the wall clock: what
   * began before the network was back is no evidence either.
   */
  readonly judge: (run: { readonly doubtful: boolean; readonly startedAt: number }) => Promise<SelfVerdict>;
  readonly isDown: () => boolean;
  /** The last time that we were down; null: never since this worker began. */
  readonly outage: () => Outage | null;
  readonly state: () => SelfState;
  /** Takes over what was known before this worker began. */
  readonly seed: (state: SelfState) => void;
}

export interface SelfWatchOptions {
  readonly vantage: string;
  readonly askCanaries: AskCanaries;
  readonly clock: Clock;
  /** Called once each time that it goes down or comes back. */
  readonly onTurn?: () => void;
  readonly pause?: (ms: number) => Promise<unknown>;
  /** Milliseconds that never go backwards. */
  readonly now?: () => number;
}

/** How long one look answers for all runs. Short when all is fine: the next failing run may be the first of an outage. */
const sharedWhenFineMs = 2_000;
const sharedWhenDownMs = 4_000;
/** Looks in a row until one verdict stands. */
const maxLooks = 3;
/** Longer than a probe takes: what ends later began after the network was back. */
const echoMs = 60_000;

/** Watches our own network and resolver for one worker. */
export function createSelfWatch(options: SelfWatchOptions): SelfWatch {
  const { vantage, askCanaries, clock, onTurn, pause = sleep, now = () => performance.now() } = options;
  let state = unaskedState;
  let said: Pick<SelfObservation, 'resolverSaid' | 'networkSaid'> = { resolverSaid: null, networkSaid: null };
  let outage: Outage | null = null;
  let downAs: SelfVerdict = 'unknown';
  let lookedAt: number | null = null;
  let looking: Promise<void> | null = null;

  const take = async (careful: boolean): Promise<void> => {
    const { resolver, network, ...words } = await askCanaries({ careful });
    const before = state;
    state = stepSelf(before, { at: clock.now(), resolver, network });
    said = words;
    if (isSelfDown(state.verdict)) downAs = state.verdict;
    if (isSelfDown(before.verdict) === isSelfDown(state.verdict)) return;
    const { since } = state;
    outage = isSelfDown(state.verdict)
      ? { since, until: null }
      : { since: outage?.since ?? before.since, until: since };
    onTurn?.();
  };

  const settle = async (careful: boolean): Promise<void> => {
    looking ??= (async () => {
      await take(careful);
      for (let looks = 1; looks < maxLooks && state.contrarySince !== null; looks += 1) {
        await pause(secondLookAfterMs);
        await take(true);
      }
      lookedAt = now();
    })().finally(() => {
      looking = null;
    });
    await looking;
  };

  const isFresh = (): boolean => {
    const sharedMs = isSelfDown(state.verdict) ? sharedWhenDownMs : sharedWhenFineMs;
    return looking === null && lookedAt !== null && now() - lookedAt < sharedMs;
  };

  return {
    look: async () => {
      await settle(isSelfDown(state.verdict));
      return { vantage, finishedAt: clock.now(), verdict: state.verdict, since: state.since, ...said };
    },
    judge: async ({ doubtful, startedAt }) => {
      if (!doubtful && !isSelfDown(state.verdict)) return state.verdict;
      if (!isFresh()) await settle(true);
      const until = outage?.until ?? null;
      const echo = until !== null && startedAt <= until && Math.abs(clock.now() - until) < echoMs;
      return doubtful && echo ? downAs : state.verdict;
    },
    isDown: () => isSelfDown(state.verdict),
    outage: () => outage,
    state: () => state,
    seed: (kept) => {
      // What was seen since is newer.
      if (state !== unaskedState) return;
      state = kept;
      if (!isSelfDown(kept.verdict)) return;
      downAs = kept.verdict;
      outage = { since: kept.since, until: null };
    },
  };
}
