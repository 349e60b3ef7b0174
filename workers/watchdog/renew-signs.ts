import { createHash } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import type { EndpointObservation } from '#lib/model/observation.ts';
import { anyVantage, type VitalSign, type WatchdogDetail } from '#lib/model/vital-sign.ts';
import { createDial } from '#workers/net/dial.ts';
import type { Clock } from '#workers/ports.ts';
import { probeEndpoint, type EndpointProbe } from '#workers/probes/endpoint.ts';
import type { Store } from '#workers/store/store.ts';
import type { Claim } from '#workers/store/tasks.ts';

/** Between two renewals of the vital signs. */
export const signsEveryMs = 30_000;
const fixtureMs = 15_000;

/**
 * Task of the schedule: that it runs shows that work is claimed, run and written. Also looks whether alerts that were due
 * have gone out; a route that fails leaves them in the outbox, and the sign is not renewed.
 */
export async function renewSigns(
  claim: Claim,
  { store, relayConfigured }: { readonly store: Store; readonly relayConfigured: boolean },
): Promise<void> {
  await store.inClaim(claim, async (run) => {
    await run.saveVitalSign({ name: 'database-write', vantage: anyVantage, said: null });
    const stuck = await run.findStuckNotices({ relayConfigured });
    const said =
      stuck === null
        ? null
        : `${stuck.notices} ${stuck.notices === 1 ? 'alert waits' : 'alerts wait'} for ${stuck.routes.join(', ')}, the oldest for ${Math.round(stuck.oldestMs / 60_000)} minutes`;
    await run.saveVitalSign({ name: 'outbox-drain', vantage: anyVantage, said });
    await run.complete({ nextInMs: signsEveryMs });
  });
}

/** Probes the server of the watchdog as any other. Gives why that did not work as it should; null: it did. */
export async function probeFixture(
  { fixtureAddress, fixturePort, fixtureFingerprint }: WatchdogDetail,
  probing: Pick<EndpointProbe, 'query' | 'resolverPassesSignatures' | 'trust' | 'vantage'> & { readonly clock: Clock },
): Promise<string | null> {
  const observation = await probeEndpoint({
    ...probing,
    target: { service: 'imap', tlsMode: 'implicit', host: fixtureAddress, port: fixturePort },
    // Our own database says where it is; the fingerprint says whether it is the one.
    dial: createDial({ guard: (address) => ({ allowed: true, address }) }),
    limit: (_address, _deadline, work) => work(),
    deadline: performance.now() + fixtureMs,
  });
  return fixtureFault(observation, fixtureFingerprint);
}

function fixtureFault({ sessions }: EndpointObservation, fingerprint: string): string | null {
  const [session] = sessions;
  if (session === undefined) return 'its address is not one';
  const { failure, tls, capabilitiesAfterTls } = session;
  if (failure !== null) return `${failure.stage}: ${failure.said ?? failure.reason}`;
  const shown = createHash('sha256')
    .update(Buffer.from(tls?.chain[0] ?? '', 'base64'))
    .digest('hex');
  if (shown !== fingerprint) return 'another server answers in its place';
  return capabilitiesAfterTls?.includes('IMAP4rev1') === true ? null : 'it did not say what it can do';
}

/** One look of a worker at the watchdog of its vantage. Rejects only where the database cannot be reached. */
export async function renewFixtureSign(ports: {
  readonly store: Pick<Store, 'loadWatchdog' | 'saveVitalSign'>;
  readonly vantage: string;
  readonly probe: (watchdog: WatchdogDetail) => Promise<string | null>;
}): Promise<void> {
  const { store, vantage, probe } = ports;
  const name: VitalSign = 'fixture-probe';
  const watchdog = await store.loadWatchdog(vantage);
  if (watchdog === null) return;
  await store.saveVitalSign({ name, vantage, said: await probe(watchdog) });
}
