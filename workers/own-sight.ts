import { canBeOurs, holdJudgements } from '#lib/incidents/hold-judgements.ts';
import { hostOutcome, isSelfNetworkDown, type HostOutcome } from '#lib/incidents/self-network.ts';
import { isSelfDown } from '#lib/incidents/self-state.ts';
import type { Judgement } from '#lib/model/finding.ts';
import type { EndpointObservation } from '#lib/model/observation.ts';
import type { SelfWatch } from './self-watch.ts';
import type { Clock } from './ports.ts';
import type { FindFinding } from './store/endpoints.ts';

/** What a run may say of others, after the question whether the fault is ours. */
export interface OwnSight {
  readonly judgements: readonly Judgement[];
  /** Canaries prove nothing here, and all hosts are silent: what can pass by itself is not believed. */
  readonly selfNetworkDown: boolean;
  /** We are or were down: the run is to be made again when that is over. */
  readonly held: boolean;
  /** It saw ourselves and nobody else: what it saw is not kept, so that the last real sight stays, with its date. */
  readonly blind: boolean;
}

/** A run before it is believed. */
interface Run {
  readonly judgements: readonly Judgement[];
  /** By the wall clock. */
  readonly startedAt: number;
  /** Of a probe; null: its silence would say nothing of our network. */
  readonly probe: EndpointObservation | null;
  /** False: nothing is expected there, so that its silence is no reason to ask. */
  readonly promised?: boolean;
}

export interface OwnSightPorts {
  readonly selfWatch: SelfWatch;
  readonly findFinding: FindFinding;
  readonly clock: Clock;
  /** Between two probes of an endpoint. */
  readonly intervalMs: number;
}

const maxHosts = 10_000;

/** Decides for each run whether its bad news can be our own. Where no canary proves anything, it guesses from silent hosts. */
export function createOwnSight(ports: OwnSightPorts): (run: Run) => Promise<OwnSight> {
  const { selfWatch, findFinding, clock, intervalMs } = ports;
  const outcomes = new Map<string, HostOutcome>();
  let silentSince: number | null = null;
  const windowMs = Math.max(60_000, 1.5 * intervalMs);

  const note = (outcome: HostOutcome, now: number): void => {
    // Latest last, so that the cap drops the oldest.
    outcomes.delete(outcome.host);
    outcomes.set(outcome.host, outcome);
    const [oldest] = outcomes.keys();
    if (outcomes.size > maxHosts && oldest !== undefined) outcomes.delete(oldest);
    silentSince = outcome.silent ? (silentSince ?? now) : null;
  };

  return async ({ judgements, startedAt, probe, promised = true }) => {
    const outcome = probe === null ? null : hostOutcome(probe);
    if (outcome !== null) note(outcome, clock.now());
    const doubtful = promised && (outcome?.silent === true || canBeOurs(judgements, findFinding));
    const verdict = await selfWatch.judge({ doubtful, startedAt });
    if (isSelfDown(verdict)) {
      const kept = holdJudgements(judgements, { whole: doubtful });
      const held = kept.some((item, index) => item !== judgements[index]);
      return { judgements: kept, selfNetworkDown: false, held, blind: doubtful };
    }
    const guess = () =>
      isSelfNetworkDown({ outcomes: [...outcomes.values()], silentSince, windowMs, now: clock.now() });
    return { judgements, selfNetworkDown: promised && verdict === 'unknown' && guess(), held: false, blind: false };
  };
}
