import { standingOf } from '#lib/checks/standing.ts';
import { createAddressGuard } from '#lib/model/address.ts';
import type { EndpointTarget } from '#lib/model/endpoint.ts';
import { parseCidr } from '#lib/model/ip-address.ts';
import type { EndpointObservation } from '#lib/model/observation.ts';
import type { Settings } from '#lib/settings.ts';
import { Refusal } from '#workers/database/refusal.ts';
import { createDial } from '#workers/net/dial.ts';
import { openDns } from '#workers/net/dns/open-dns.ts';
import type { Dial } from '#workers/ports.ts';
import { probeEndpoint, type EndpointProgress } from '#workers/probes/endpoint.ts';
import { createTrustStore } from '#workers/probes/trust-store.ts';
import type { CommandContext } from './command.ts';
import { describeFailure, describeOutcome } from './probe-report.ts';
import { readSettingsOrRefuse } from './read-settings-or-refuse.ts';

/** Looks at one endpoint as the settings say, and tells its progress on standard error. @throws Refusal when settings are wrong. */
export async function observeEndpoint(
  { target, address }: { readonly target: EndpointTarget; readonly address: string | null },
  { env, err, signal }: CommandContext,
): Promise<EndpointObservation> {
  const settings = readSettingsOrRefuse(env);
  const clock = { now: () => Date.now() };
  const dns = await openDns({ settings, clock, signal });
  if (!dns.ok) throw new Refusal(dns.error);
  const trust = await createTrustStore({ caFile: settings.caFile });
  if (!trust.ok) throw new Refusal(trust.error);
  return probeEndpoint({
    target,
    ...(address === null ? {} : { address }),
    query: dns.value.query,
    resolverPassesSignatures: dns.value.passesSignatures,
    dial: createStoppableDial(settings, signal),
    // One run holds one connection an address; only workers have others to reckon with.
    limit: async (_address, _deadline, work) => work(),
    trust: trust.value,
    clock,
    vantage: settings.vantage,
    onProgress: (progress) => err(describeProgress(progress, target)),
  });
}

/** The one dialler, whose connections end when the person stops the command. */
function createStoppableDial({ allowAddresses }: Settings, signal: AbortSignal): Dial {
  const blocks = allowAddresses.flatMap((text) => {
    const block = parseCidr(text);
    return block.ok ? [block.value] : [];
  });
  const dial = createDial({ guard: createAddressGuard(blocks) });
  return async (to) => {
    const connection = await dial(to);
    if (connection.ok) {
      const { facts: socket } = connection;
      const stop = () => socket.destroy();
      if (signal.aborted) stop();
      signal.addEventListener('abort', stop, { once: true });
      socket.once('close', () => signal.removeEventListener('abort', stop));
    }
    return connection;
  };
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
