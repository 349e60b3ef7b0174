import type { JudgeContext } from '#lib/checks/check.ts';
import type { Judgement } from '#lib/model/finding.ts';
import type { DomainObservation, EndpointObservation } from '#lib/model/observation.ts';
import { judgeSight, setupResult, type SetupSight } from '#lib/setup/judge-setup.ts';
import type { SetupStep } from '#lib/setup/setup-step.ts';
import type { createOwnSight } from './own-sight.ts';
import type { Clock, Log } from './ports.ts';
import { createStepWriter } from './step-writer.ts';
import type { Store } from './store/store.ts';
import type { Claim } from './store/tasks.ts';

/** Who looks at a domain that somebody sets up. */
export interface SetupRunPorts {
  readonly exploreDomain: (domain: string, tell: (step: SetupStep) => void) => Promise<SetupSight>;
}

/** Workers that died while they looked: more are not risked on one domain. */
const maxAttempts = 3;
const gaveUp = 'The workers that looked ended before they were done. Try again; if it happens again, see their log.';

interface Ports extends SetupRunPorts {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  readonly ownSight: ReturnType<typeof createOwnSight>;
  readonly judgeDomain: (observation: DomainObservation, context: JudgeContext) => readonly Judgement[];
  readonly judgeEndpoint: (observation: EndpointObservation, context: JudgeContext) => readonly Judgement[];
}

/**
 * Looks at a domain that nobody watches yet, writes each step down as it comes, and at the end what the checks say of it
 * all. Whoever takes it over from a worker that died begins anew: the steps of before are not shown any more.
 */
export async function runSetup(claim: Claim, ports: Ports): Promise<void> {
  const { store, clock, log } = ports;
  const started = await store.inClaim(claim, (run) => run.startSetup({ id: claim.ref, now: new Date(clock.now()) }));
  if (started === null || claim.attempts > maxAttempts) {
    await store.inClaim(claim, async (run) => {
      if (started !== null)
        await run.finishSetup({ id: claim.ref, outcome: { error: gaveUp }, now: new Date(clock.now()) });
      await run.complete({ nextInMs: null });
    });
    return;
  }
  const startedAt = clock.now();
  const writer = createStepWriter((steps) =>
    store.inClaim(claim, (run) => run.saveSetupSteps({ id: claim.ref, steps })),
  );
  const sight = await ports.exploreDomain(started.domain, writer.tell);
  await writer.end();
  const judged = judgeSight(sight, { judges: ports, now: clock.now() });
  const own = await ports.ownSight({ judgements: judged, startedAt, probe: null });
  const result = setupResult(sight, { judgements: own.judgements, ownNetworkDown: own.held || own.blind });
  await store.inClaim(claim, async (run) => {
    await run.finishSetup({ id: claim.ref, outcome: { result }, now: new Date(clock.now()) });
    await run.complete({ nextInMs: null });
  });
  log.info('a domain was looked at for its setup', { domain: started.domain, endpoints: result.endpoints.length });
}
