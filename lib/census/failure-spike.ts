/*
 * When do reports of broken latches mean something? Clients fail now and then for reasons of their own, and anybody can
 * send such a report before a login. So they are counted by who sent them and not by how often, compared with what is
 * usual, and believed only when something else agrees.
 */

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/** The steps that clients are counted in. */
export const failureStepMs = 15 * minuteMs;
/** What counts as now: one step, and the five minutes that are still being filled. */
export const recentMs = failureStepMs + 5 * minuteMs;
/** What is usual is learned from these days… */
export const baselineMs = 7 * dayMs;
/** …without the last hour, so that a spike does not make itself usual while it grows. */
export const baselineGapMs = hourMs;
/** A history shorter than this says little: the rest of it counts as quiet. */
const shortestBaselineMs = 6 * hourMs;

/** Fewer clients than these are no spike. */
const fewestClients = 5;
const timesUsual = 3;
const deviations = 4;
/** Different networks that make a spike more than one stranger's claim. */
export const corroboratingNetworks = 5;

/** Reports of one tag at one service of one server. A client in one network counts once a step, however often it reports. */
export interface FailureCount {
  readonly tag: string;
  /** Clients in the last step. */
  readonly recent: number;
  /** Different networks (/24, /48) among them. */
  readonly networks: number;
  /** Clients of all steps of the baseline, added up. */
  readonly baseline: number;
}

/** How much more than usual: `expected` clients a step, and whether that is a spike. */
export interface FailureRate {
  readonly expected: number;
  readonly isSpike: boolean;
}

/**
 * Compares a count with what is usual. `knownSince` is when reports of the server began, in milliseconds since the epoch.
 * A spike has at least five clients, three times as many as usual, and more than chance does to a rare event (four
 * standard deviations of a Poisson distribution).
 */
export function rateFailures(
  { recent, baseline }: Pick<FailureCount, 'recent' | 'baseline'>,
  { knownSince, now }: { readonly knownSince: number; readonly now: number },
): FailureRate {
  const expected = expectedAStep(baseline, { knownSince, now });
  const byChance = expected + deviations * Math.sqrt(expected);
  return { expected, isSpike: recent >= fewestClients && recent >= timesUsual * expected && recent > byChance };
}

/** What is usual in a step, from the clients of all steps of the baseline. */
export function expectedAStep(
  baseline: number,
  { knownSince, now }: { readonly knownSince: number; readonly now: number },
): number {
  const known = Math.min(baselineMs, Math.max(shortestBaselineMs, now - knownSince)) - baselineGapMs;
  return baseline / (known / failureStepMs);
}

/** How our own probes see the server at this moment. `unknown`: none could look. */
export type OwnState = 'good' | 'bad' | 'unknown';

/**
 * What a spike stands for. `own-fault`: we see a fault of the server as well. `path`: the server is fine as we see it and
 * many networks report: something between may intercept. `many`: many networks, and we cannot look. `claim`: one network
 * or a few: nobody should be woken by it.
 */
export type SpikeMeaning = 'own-fault' | 'path' | 'many' | 'claim';

export function explainSpike({ networks }: Pick<FailureCount, 'networks'>, ownState: OwnState): SpikeMeaning {
  if (ownState === 'bad') return 'own-fault';
  if (networks < corroboratingNetworks) return 'claim';
  return ownState === 'good' ? 'path' : 'many';
}
