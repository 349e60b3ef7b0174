import { standingOf } from '#lib/checks/standing.ts';
import type { EndpointTarget } from '#lib/model/endpoint.ts';
import type { EndpointObservation } from '#lib/model/observation.ts';
import { probeEndpoint, type EndpointProgress } from '#workers/probes/endpoint.ts';
import type { CommandContext } from './command.ts';
import { openProbes } from './open-probes.ts';
import { describeFailure, describeOutcome } from './probe-report.ts';

/** Looks at one endpoint as the settings say, and tells its progress on standard error. @throws Refusal when settings are wrong. */
export async function observeEndpoint(
  { target, address }: { readonly target: EndpointTarget; readonly address: string | null },
  context: CommandContext,
): Promise<EndpointObservation> {
  const probes = await openProbes(context);
  return probeEndpoint({
    ...probes,
    target,
    ...(address === null ? {} : { address }),
    onProgress: (progress) => context.err(describeProgress(progress, target)),
  });
}

function describeProgress(progress: EndpointProgress, { host }: EndpointTarget): string {
  if (progress.kind === 'session') {
    const { session, done, total } = progress;
    return `[${done}/${total}] ${session.address}: ${describeOutcome(session)}`;
  }
  const { addresses } = progress;
  return addresses.ok
    ? `${host}: ${addresses.facts.list.join(', ')}`
    : `${host}: ${describeFailure(addresses.failure)}`;
}

/** Why nothing could be judged, one sentence each; empty where something could. */
export function whyNotLooked({ endpoint, addresses, sessions }: EndpointObservation): readonly string[] {
  if (!addresses.ok) {
    return [`Could not look: ${endpoint.host} has no address to connect to (${describeFailure(addresses.failure)}).`];
  }
  if (sessions.some((session) => standingOf(endpoint, session) !== 'held')) return [];
  return sessions.map((session) => `Could not look at ${session.address}: ${describeOutcome(session)}`);
}
