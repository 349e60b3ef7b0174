import type { PreflightOutcome } from '#lib/planner/preflight-outcome.ts';
import type { PreflightRequest } from '#lib/planner/preflight-request.ts';
import type { Clock } from './ports.ts';
import type { Store } from './store/store.ts';
import type { Claim } from './store/tasks.ts';

/** Who answers. */
export interface PreflightRunPorts {
  readonly answerPreflight: (request: PreflightRequest) => Promise<PreflightOutcome>;
}

/** Answers one request for a preflight that somebody waits for. */
export async function runPreflight(
  claim: Claim,
  ports: PreflightRunPorts & { readonly store: Store; readonly clock: Clock },
): Promise<void> {
  const { store, clock } = ports;
  const request = await store.loadPreflight(claim.ref);
  const outcome = request === null ? null : await ports.answerPreflight(request);
  await store.inClaim(claim, async (run) => {
    if (outcome !== null) await run.savePreflight({ id: claim.ref, outcome, now: new Date(clock.now()) });
    await run.complete({ nextInMs: null });
  });
}
