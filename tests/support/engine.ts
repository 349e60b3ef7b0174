import { findFinding, judgeDomain, judgeEndpoint, judgeMessage, judgeScan, judgeSelf } from '#lib/checks/registry.ts';
import { deriveKey } from '#lib/alerts/derived-key.ts';
import type { Judgement } from '#lib/model/finding.ts';
import type { DomainObservation, EndpointObservation } from '#lib/model/observation.ts';
import type { MessageObservation } from '#lib/model/message-observation.ts';
import type { ScanObservation } from '#lib/model/scan-observation.ts';
import type { ZoneObservation } from '#lib/model/zone-observation.ts';
import type { ZoneNames } from '#lib/model/zone-questions.ts';
import type { PreflightOutcome } from '#lib/planner/preflight-outcome.ts';
import type { PreflightRequest } from '#lib/planner/preflight-request.ts';
import type { Database } from '#prisma/client.ts';
import { addDomain } from '#prisma/commands/domains.ts';
import { addEndpoint } from '#prisma/commands/endpoints.ts';
import type { TaskKind } from '#prisma/commands/tasks.ts';
import { createDeliver } from '#workers/channels/deliver.ts';
import { createOpenRoute } from '#workers/channels/open-route.ts';
import { checkSelf } from '#workers/check-self.ts';
import type { TestMailbox } from '#workers/mailboxes.ts';
import { createDial } from '#workers/net/dial.ts';
import type { Log } from '#workers/ports.ts';
import type { CanaryLook } from '#workers/probes/canary.ts';
import { createRun, type ProbeRequest, type ScanRequest } from '#workers/run.ts';
import type { SetupRunPorts } from '#workers/run-setup.ts';
import { createSelfWatch } from '#workers/self-watch.ts';
import { createStore } from '#workers/store/store.ts';
import type { Claim } from '#workers/store/tasks.ts';
import { testNow } from '#tests/support/certificates.ts';
import { healthyDomain, healthyEndpoint, testEndpoint } from '#tests/support/observations.ts';
import { healthyMessage } from '#tests/support/message-observations.ts';
import { healthyScan } from '#tests/support/scan-observations.ts';
import { createSettableClock } from '#tests/support/settable-clock.ts';
import { healthyZone } from '#tests/support/zone-observations.ts';

const publicUrl = new URL('https://watch.example.com');
/** What seals the secrets of routes. */
export const engineSecret = 'a secret of at least thirty-two characters';

/**
 * The engine on a real database with what the probes see given by the test. Work is due when the test says so, since
 * due times are Postgres' business.
 */
export function createEngine(database: Database) {
  const clock = createSettableClock(testNow);
  const store = createStore(database);
  const logged: { readonly level: string; readonly message: string }[] = [];
  const note = (level: string) => (message: string) => void logged.push({ level, message });
  const log: Log = { info: note('info'), warn: note('warn'), error: note('error') };
  const sight: {
    endpoint: () => EndpointObservation | Promise<EndpointObservation>;
    /** Where a test watches several endpoints; null: all look like `endpoint`. */
    probe: ((request: ProbeRequest) => EndpointObservation) | null;
    scan: (request: ScanRequest) => ScanObservation;
    domain: () => DomainObservation;
    zone: (names: ZoneNames) => ZoneObservation;
    message: () => MessageObservation;
    /** The account that an operator gave. */
    mailbox: TestMailbox | undefined;
    preflight: (request: PreflightRequest) => PreflightOutcome;
    explore: SetupRunPorts['exploreDomain'];
    relayPort: number | null;
    /** What canaries say; at first there are none. */
    canaries: () => CanaryLook;
  } = {
    endpoint: healthyEndpoint,
    probe: null,
    scan: ({ target }) => healthyScan(target),
    domain: healthyDomain,
    zone: () => healthyZone(),
    message: healthyMessage,
    mailbox: undefined,
    preflight: () => ({ error: 'nobody looks here' }),
    explore: () => Promise.reject(new Error('nobody looks here')),
    relayPort: null,
    canaries: () => ({ resolver: null, network: null, resolverSaid: null, networkSaid: null }),
  };
  /** What the checks of a zone say, where a test decides it. */
  const opinion: { zone: (observation: ZoneObservation) => readonly Judgement[] } = { zone: () => [] };

  const selfWatch = createSelfWatch({
    ...{ vantage: 'local', clock },
    askCanaries: () => Promise.resolve(sight.canaries()),
    pause: (ms) => {
      clock.advance(ms);
      return Promise.resolve();
    },
    now: () => clock.now(),
  });

  const run = (claim: Claim): Promise<void> => {
    const { relayPort } = sight;
    const dial = createDial({ guard: (address) => ({ allowed: true, address }) });
    const openRoute = createOpenRoute({
      settings: {
        smtpUrls: relayPort === null ? [] : [`smtp://127.0.0.1:${relayPort}`],
        mailFrom: 'latchwatch@watch.example.com',
        mailTo: ['admin@example.com'],
        secret: engineSecret,
      },
      ...{ dial, dialAnywhere: dial, clock },
      lookup: () => Promise.reject(new Error('no names here')),
      trusted: null,
      isPublic: () => false,
    });
    return createRun({
      ...{ store, selfWatch, judgeEndpoint, judgeScan, judgeDomain, findFinding, clock, log },
      probe: async (request) => sight.probe?.(request) ?? sight.endpoint(),
      scan: (request) => Promise.resolve(sight.scan(request)),
      discover: () => Promise.resolve(sight.domain()),
      observeZone: (names) => Promise.resolve(sight.zone(names)),
      judgeZone: (observation) => opinion.zone(observation),
      judgeMessage,
      mailboxOf: () => sight.mailbox,
      exchangeMessage: () => Promise.resolve(sight.message()),
      answerPreflight: (request) => Promise.resolve(sight.preflight(request)),
      exploreDomain: (domain, tell) => sight.explore(domain, tell),
      random: () => 0.5,
      deliver: createDeliver({
        store,
        openRoute,
        publicUrl,
        acknowledgementKey: deriveKey(engineSecret, 'acknowledgement link'),
        clock,
        random: () => 0.5,
        log,
      }),
      proveRoutes: (task) => store.inClaim(task, (it) => it.complete({ nextInMs: null })),
      checkSelf: (task) =>
        checkSelf(task, { ...{ store, selfWatch, judgeSelf, findFinding, clock }, intervalMs: 300_000 }),
      intervalMs: 300_000,
      retentionDays: 400,
    })(claim);
  };

  return {
    clock,
    logged,
    sight,
    opinion,
    /** Watches one endpoint of example.org. */
    watch: async () => {
      const now = new Date(clock.now());
      return database.$transaction(async (tx) => {
        const { domainId } = await addDomain(tx, { name: 'example.org', actor: 'test', now });
        const { endpointId } = await addEndpoint(tx, { domainId, target: testEndpoint(), now });
        return { domainId, endpointId };
      });
    },
    claim: (kind: TaskKind) => store.claim({ workerId: 'test', limit: 1, kinds: [kind], vantage: 'local' }),
    run,
    /** Makes all tasks of a kind due and runs each once. */
    runAll: async (kind: TaskKind): Promise<number> => {
      await database.$executeRaw`UPDATE task SET due_at = now() WHERE kind = ${kind}`;
      const claims = await store.claim({ workerId: 'test', limit: 100, kinds: [kind], vantage: 'local' });
      for (const claim of claims) {
        clock.advance(1000);
        await run(claim);
      }
      return claims.length;
    },
    /** Runs what is due, as the schedule would. */
    runDue: async (kind: TaskKind): Promise<number> => {
      for (let count = 0; ; count += 1) {
        const [claim] = await store.claim({ workerId: 'test', limit: 1, kinds: [kind], vantage: 'local' });
        if (claim === undefined) return count;
        await run(claim);
      }
    },
    /**
     * Seconds until the task of this kind is due, 0 where it is; null where there is none. Rounded up to five seconds, so
     * that a busy machine changes nothing: all waits are multiples of that.
     */
    dueInSeconds: async (kind: TaskKind): Promise<number | null> => {
      const [row] = await database.$queryRaw<{ seconds: number }[]>`
        SELECT greatest(0, 5 * ceil(extract(epoch FROM due_at - now()) / 5)::int) AS seconds FROM task WHERE kind = ${kind}
        ORDER BY due_at LIMIT 1`;
      return row?.seconds ?? null;
    },
  };
}

/** Empties what tests fill. */
export async function emptyDatabase(database: Database): Promise<void> {
  await database.$executeRaw`
    TRUNCATE vital_sign, task, domain, endpoint, zone, incident, observation_span, certificate, finding, notice, connection_slot,
      commitment, exception, known_certificate CASCADE`;
}
