import type { EndpointObservation, FailureReason } from '../model/observation.ts';

/** The last thing one worker saw of one host. */
export interface HostOutcome {
  readonly host: string;
  readonly at: number;
  /** Nothing came back from the network: neither an answer nor a refusal. */
  readonly silent: boolean;
}

/** Reasons that our own network failing would give as well. A refusal or reset comes from the other side. */
const silentReasons: readonly FailureReason[] = ['timeout', 'unreachable', 'dns', 'temporary'];
const minHosts = 3;
/** Beyond this, so many silent hosts are worth an alarm even if the fault is ours. */
const maxHoldMs = 10 * 60 * 1000;

/** What a run says about the network between us and a host; null: nothing (nothing was dialled). */
export function hostOutcome(observation: EndpointObservation): HostOutcome | null {
  const { endpoint, addresses, sessions, finishedAt } = observation;
  const failures = addresses.ok ? sessions.map(({ failure }) => failure) : [addresses.failure];
  const tried = failures.filter((failure) => failure?.reason !== 'busy' && failure?.reason !== 'blocked');
  if (tried.length === 0) return null;
  const silent = tried.every((failure) => failure !== null && isEarly(failure.stage) && isSilent(failure.reason));
  return { host: endpoint.host, at: finishedAt, silent };
}

/**
 * Whether the fault is likely our own network: every host this worker saw within `windowMs` is silent, and there are
 * at least three. `silentSince` is when that began. A provider whose hosts are all down is told after ten minutes.
 */
export function isSelfNetworkDown(input: {
  /** Latest outcome of each host. */
  readonly outcomes: readonly HostOutcome[];
  readonly silentSince: number | null;
  readonly windowMs: number;
  readonly now: number;
}): boolean {
  const { outcomes, silentSince, windowMs, now } = input;
  const recent = outcomes.filter(({ at }) => Math.abs(now - at) <= windowMs);
  const allSilent = recent.length >= minHosts && recent.every(({ silent }) => silent);
  return allSilent && (silentSince === null || Math.abs(now - silentSince) < maxHoldMs);
}

function isEarly(stage: string): boolean {
  return stage === 'resolve' || stage === 'connect';
}

function isSilent(reason: FailureReason): boolean {
  return silentReasons.includes(reason);
}
