import type { JudgeContext } from '#lib/checks/check.ts';
import { decideIncidents } from '#lib/incidents/decide.ts';
import { isSelfDown } from '#lib/incidents/self-state.ts';
import type { Judgement } from '#lib/model/finding.ts';
import type { SelfObservation } from '#lib/model/self-observation.ts';
import type { Clock } from './ports.ts';
import type { SelfWatch } from './self-watch.ts';
import type { FindFinding } from './store/endpoints.ts';
import type { Store } from './store/store.ts';
import type { Claim } from './store/tasks.ts';
import { createUlid } from './store/ulid.ts';

export interface CheckSelfPorts {
  readonly store: Store;
  readonly selfWatch: SelfWatch;
  readonly judgeSelf: (observation: SelfObservation, context: JudgeContext) => readonly Judgement[];
  readonly findFinding: FindFinding;
  readonly clock: Clock;
  /** Between two probes of an endpoint. */
  readonly intervalMs: number;
}

const calmEveryMs = 15_000;
const downEveryMs = 5_000;
/** What was held is looked at again within this time, not all at once. */
const spreadMs = 60_000;
/** The run that found the outage ended before the outage was a fact. */
const longestRunMs = 60_000;
/** Runs that ended just then were held after the first round of that. */
const spreadForMs = 60_000;

/** Looks whether our own network and resolver work, tells people when not, and wakes what was held when they do again. */
export async function checkSelf(claim: Claim, ports: CheckSelfPorts): Promise<void> {
  const { store, selfWatch, findFinding, clock } = ports;
  const observation = await selfWatch.look();
  const now = clock.now();
  const { vantage } = observation;
  const subject = { kind: 'vantage', vantage } as const;
  const judgements = ports.judgeSelf(observation, { now });
  const owner = { endpointId: null, domainId: null, zoneId: null };
  await store.inClaim(claim, async (run) => {
    await run.saveCanary({ observation, state: selfWatch.state(), now });
    const known = await run.loadIncidents({ ...owner, subject, codes: judgements.map(({ code }) => code) });
    const decisions = decideIncidents({
      ...{ subject, judgements, listed: null, known, findFinding, selfNetworkDown: false, now },
      newId: () => createUlid(now),
    });
    await run.saveDecisions({ ...owner, decisions, vantage, now });
    await run.retireGoneVantages({ codes: judgements.map(({ code }) => code), findFinding, now });
    const outage = selfWatch.outage();
    if (outage !== null && outage.until !== null && Math.abs(now - outage.until) < spreadForMs) {
      const since = outage.since - longestRunMs;
      await run.wakeHeld({ vantage, since, spreadMs: Math.min(spreadMs, ports.intervalMs) });
    }
    const everyMs = isSelfDown(observation.verdict) ? downEveryMs : calmEveryMs;
    await run.complete({ nextInMs: Math.min(everyMs, ...decisions.map(({ step }) => step.reprobeInMs ?? everyMs)) });
  });
}
