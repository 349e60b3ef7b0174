import { randomUUID } from 'node:crypto';
import { lookup } from 'node:dns/promises';
import { hostname } from 'node:os';
import {
  findFinding,
  judgeDomain,
  judgeEndpoint,
  judgeMessage,
  judgeScan,
  judgeSelf,
  judgeZone,
} from '#lib/checks/registry.ts';
import { deriveKey } from '#lib/alerts/derived-key.ts';
import { errorText } from '#lib/error-text.ts';
import { createAddressGuard } from '#lib/model/address.ts';
import { parseCidr } from '#lib/model/ip-address.ts';
import type { Settings } from '#lib/settings.ts';
import { answerPreflight, lookForPreflight } from './answer-preflight.ts';
import { createDeliver } from './channels/deliver.ts';
import { createOpenRoute, type OpenRoute } from './channels/open-route.ts';
import { createProve } from './channels/prove.ts';
import { checkSelf } from './check-self.ts';
import { readMailboxes, type TestMailbox } from './mailboxes.ts';
import { createDial } from './net/dial.ts';
import { noteOwnAddresses } from './net/note-own-addresses.ts';
import { createIpv6RouteCheck } from './net/dns/ipv6-route.ts';
import { openDns } from './net/dns/open-dns.ts';
import { createSecondOpinion } from './net/dns/second-opinion.ts';
import type { Clock, Dial, Log } from './ports.ts';
import { createSelfWatch } from './self-watch.ts';
import { createAddressTurns } from './probes/address-turns.ts';
import { resolveAddresses } from './probes/addresses.ts';
import { createCanaries } from './probes/canary.ts';
import { discoverDomain } from './probes/discover.ts';
import { declaredWay, probeEndpoint } from './probes/endpoint.ts';
import { exploreDomain } from './probes/explore-domain.ts';
import { validateZone } from './probes/validate-zone.ts';
import { exchangeMessage } from './probes/message.ts';
import { scanEndpoint } from './probes/scan.ts';
import { createTrustStore } from './probes/trust-store.ts';
import { observeZone } from './probes/zone.ts';
import { createLog, runProcess, WrongSettings } from './run-process.ts';
import { createRun } from './run.ts';
import { readTrustedCertificates } from './trusted-certificates.ts';
import { createSchedule, lanes, startTicking } from './schedule.ts';
import { openStore } from './store/store.ts';
import { createUlid } from './store/ulid.ts';
import { probeFixture, renewFixtureSign, signsEveryMs } from './watchdog/renew-signs.ts';

/*
 * The worker: environment -> ports -> schedule. Run it as a program. It ends with SIGTERM or SIGINT, after what runs
 * has been written, with exit status 0; with 2 when its settings are wrong.
 */

const beatEveryMs = 5_000;
const drainMs = 25_000;
const reservedConnections = 3;

const clock: Clock = { now: () => Date.now() };
const random = (): number => Math.random();

const lookupAll = async (host: string) => (await lookup(host, { all: true })).map(({ address }) => address);

function openRoutes(
  settings: Settings,
  { dial, trusted }: { readonly dial: Dial; readonly trusted: readonly string[] | null },
): OpenRoute {
  const onlyPublic = createAddressGuard([]);
  return createOpenRoute({
    ...{ settings, dial, trusted, clock },
    // The operator named the relays of the environment: they may be on private addresses.
    dialAnywhere: createDial({ guard: (address) => ({ allowed: true, address }) }),
    lookup: lookupAll,
    isPublic: (address) => onlyPublic(address).allowed,
  });
}

async function openMailboxes({ mailboxesFile }: Settings): Promise<readonly TestMailbox[]> {
  if (mailboxesFile === null) return [];
  const mailboxes = await readMailboxes(mailboxesFile);
  if (!mailboxes.ok) throw new WrongSettings(mailboxes.error);
  return mailboxes.value;
}

async function openProbes(settings: Settings, log: Log) {
  const { caFile, vantage, allowAddresses } = settings;
  const dns = await openDns({ settings, clock });
  if (!dns.ok) throw new WrongSettings(dns.error);
  void dns.value.source.describe().then(({ said }) => log.info('where DNS answers come from', { said }));
  const trust = await createTrustStore({ caFile });
  if (!trust.ok) throw new WrongSettings(trust.error);
  const blocks = allowAddresses.map((text) => {
    const block = parseCidr(text);
    if (!block.ok) throw new WrongSettings(block.error);
    return block.value;
  });
  const { query, passesSignatures, validator, source, opinions } = dns.value;
  return {
    query,
    resolverPassesSignatures: passesSignatures,
    validator,
    delegationOf: source.iterate.delegationOf,
    askServer: source.askServer,
    askCanaries: createCanaries({
      source,
      resolvers: dns.value.resolvers,
      roots: source.roots,
      servers: settings.canaries,
      // The operator named these servers: they may be on private addresses.
      dial: createDial({ guard: (address) => ({ allowed: true, address }) }),
      random,
    }),
    hasIpv6Route: createIpv6RouteCheck(),
    secondOpinion: createSecondOpinion(opinions),
    dial: createDial({ guard: createAddressGuard(blocks) }),
    trust: trust.value,
    clock,
    vantage,
  };
}

async function startWorker(settings: Settings, databaseUrl: string): Promise<() => Promise<void>> {
  const workerId = `${hostname()}-${process.pid}-${randomUUID().slice(0, 8)}`;
  const log = createLog({ worker: workerId });
  const opened = await openProbes(settings, log);
  const trusted = await readTrustedCertificates(settings.caFile);
  const openRoute = openRoutes(settings, { dial: opened.dial, trusted });
  const mailboxes = await openMailboxes(settings);
  const store = openStore(databaseUrl);
  // What must not wait behind fifty probes for a connection: alerts, and that we live.
  const reserved = openStore(databaseUrl, reservedConnections);
  const dial = noteOwnAddresses(opened.dial, (address) => {
    store.saveProbeAddress(address).catch((error: unknown) => {
      log.warn('an address of our own was not written down', { address, error: errorText(error) });
    });
  });
  const shared = { ...opened, dial };
  const limit = store.connectionLimit({ random, log });
  const turns = createAddressTurns();
  const selfWatch = createSelfWatch({
    ...{ vantage: settings.vantage, askCanaries: opened.askCanaries, clock },
    onTurn: () => {
      const down = selfWatch.isDown();
      log.warn(down ? 'our own network or resolver is down: runs are held' : 'our own network and resolver are back');
      store.requestSelfCheck(settings.vantage).catch((error: unknown) => {
        log.warn('the look at our own network comes later', { error: errorText(error) });
      });
    },
  });
  const run = createRun({
    ...{ store, selfWatch },
    probe: ({ target, declaration }) => probeEndpoint({ ...shared, ...declaredWay(declaration), target, limit }),
    scan: (request) => scanEndpoint({ ...shared, ...request, limit, turns }),
    discover: (domain) => discoverDomain({ ...shared, domain, web: { ...shared, limit } }),
    exploreDomain: (domain, tell) =>
      exploreDomain(domain, {
        ports: { ...shared, limit, validateZone: (name) => validateZone(name, shared.validator) },
        tell,
      }),
    mailboxOf: (domain) => mailboxes.find((mailbox) => mailbox.domain === domain),
    exchangeMessage: (mailbox) =>
      exchangeMessage({ ...shared, mailbox, trusted, newId: () => createUlid(clock.now()) }),
    observeZone: (names) => observeZone(names, shared),
    answerPreflight: (request) =>
      answerPreflight(request, {
        look: async (target) =>
          lookForPreflight(target, {
            declaration: await store.loadDeclaredWay(target),
            ports: { ...shared, limit },
          }),
        watchedTargets: store.loadWatchedTargets,
        remember: (target) => store.loadPreflightMemory({ target, now: new Date(clock.now()) }),
        plan: (change) =>
          store.planForPreflight({ change, authorities: shared.trust.anchors(), now: new Date(clock.now()) }),
        anchors: shared.trust.anchors,
        clock,
      }),
    ...{ judgeEndpoint, judgeMessage, judgeScan, judgeDomain, judgeZone, findFinding, clock, random, log },
    deliver: createDeliver({
      ...{ openRoute, publicUrl: settings.publicUrl, clock, random, log },
      store: reserved,
      acknowledgementKey: settings.secret === null ? null : deriveKey(settings.secret, 'acknowledgement link'),
    }),
    proveRoutes: createProve({
      ...{ store, settings, openRoute, publicUrl: settings.publicUrl, clock, log },
      mxOf: async (domain) => {
        const records = await opened.query(domain, 'MX');
        return records.ok ? records.facts.records : null;
      },
      addressesOf: async (host) => {
        const addresses = await resolveAddresses(host, opened.query);
        return addresses.ok ? addresses.facts.list : [];
      },
      lookup: lookupAll,
    }),
    checkSelf: (claim) =>
      checkSelf(claim, {
        ...{ store, selfWatch, judgeSelf, findFinding, clock },
        intervalMs: settings.intervalSeconds * 1000,
      }),
    intervalMs: settings.intervalSeconds * 1000,
    retentionDays: settings.retentionDays,
  });
  const schedule = createSchedule({
    claim: (wanted) => store.claim({ ...wanted, workerId, vantage: settings.vantage }),
    run,
    lanes,
    log,
  });
  let listed = false;
  const beat = async (): Promise<void> => {
    try {
      if (!listed) await store.ensureDigest();
      if (!listed) await store.ensureRemind();
      if (!listed) await store.ensurePrune();
      if (!listed) {
        const kept = await store.loadCanary(settings.vantage);
        if (kept !== null) selfWatch.seed(kept);
        await store.requestSelfCheck(settings.vantage);
      }
      if (!listed) await store.ensureProve();
      listed = true;
      await reserved.beat({ workerId, vantage: settings.vantage });
    } catch {
      // The schedule says that the database is gone; a heartbeat that is missing says it as well.
    }
  };
  const { vantage } = settings;
  const renewFixture = (): void => {
    renewFixtureSign({ store, vantage, probe: (watchdog) => probeFixture(watchdog, opened) }).catch(
      // The heartbeat says that the database is gone.
      () => undefined,
    );
  };
  if (settings.smtpUrls.length === 0)
    log.warn('no mail relay is configured: alerts wait in the outbox until LATCHWATCH_SMTP_URL is set');
  await beat();
  const beating = setInterval(() => void beat(), beatEveryMs);
  renewFixture();
  const renewing = setInterval(renewFixture, signsEveryMs);
  const stopTicking = startTicking(() => schedule.wake());
  log.info('the worker is up', { vantage: settings.vantage, intervalSeconds: settings.intervalSeconds });
  return async () => {
    log.info('the worker is stopping');
    await stopTicking();
    const left = await schedule.drain(drainMs);
    clearInterval(beating);
    clearInterval(renewing);
    await store.release(workerId).catch((error: unknown) => log.warn('leases run out', { error: errorText(error) }));
    await store.leave(workerId).catch(() => undefined);
    await Promise.all([store.close(), reserved.close()]);
    log.info('the worker has stopped', { unfinished: left });
  };
}

runProcess('worker', startWorker);
