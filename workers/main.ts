import { randomUUID } from 'node:crypto';
import { lookup } from 'node:dns/promises';
import { hostname } from 'node:os';
import { findFinding, judgeDomain, judgeEndpoint, judgeMessage, judgeScan, judgeZone } from '#lib/checks/registry.ts';
import { errorText } from '#lib/error-text.ts';
import { createAddressGuard } from '#lib/model/address.ts';
import { parseCidr } from '#lib/model/ip-address.ts';
import type { Settings } from '#lib/settings.ts';
import { answerPreflight, lookForPreflight } from './answer-preflight.ts';
import { createDeliver } from './channels/deliver.ts';
import { createMailChannel, type SendMail } from './channels/mail.ts';
import { readMailboxes, type TestMailbox } from './mailboxes.ts';
import { createDial } from './net/dial.ts';
import { noteOwnAddresses } from './net/note-own-addresses.ts';
import { createIpv6RouteCheck } from './net/dns/ipv6-route.ts';
import { openDns } from './net/dns/open-dns.ts';
import { createSecondOpinion } from './net/dns/second-opinion.ts';
import type { Clock, Log } from './ports.ts';
import { createAddressTurns } from './probes/address-turns.ts';
import { discoverDomain } from './probes/discover.ts';
import { declaredWay, probeEndpoint } from './probes/endpoint.ts';
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

/*
 * The worker: environment -> ports -> schedule. Run it as a program. It ends with SIGTERM or SIGINT, after what runs
 * has been written, with exit status 0; with 2 when its settings are wrong.
 */

const beatEveryMs = 5_000;
const drainMs = 25_000;

const clock: Clock = { now: () => Date.now() };
const random = (): number => Math.random();

function openMail(settings: Settings, trusted: readonly string[] | null): SendMail | null {
  const { smtpUrl, mailFrom, mailTo } = settings;
  if (smtpUrl === null) return null;
  return createMailChannel({
    relayUrl: smtpUrl,
    from: mailFrom,
    to: mailTo,
    // The operator named the relay: it may be on a private address.
    dial: createDial({ guard: (address) => ({ allowed: true, address }) }),
    lookup: async (host) => (await lookup(host, { all: true })).map(({ address }) => address),
    trusted,
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
  const send = openMail(settings, trusted);
  const mailboxes = await openMailboxes(settings);
  const store = openStore(databaseUrl);
  const dial = noteOwnAddresses(opened.dial, (address) => {
    store.saveProbeAddress(address).catch((error: unknown) => {
      log.warn('an address of our own was not written down', { address, error: errorText(error) });
    });
  });
  const shared = { ...opened, dial };
  const limit = store.connectionLimit({ random, log });
  const turns = createAddressTurns();
  const run = createRun({
    store,
    probe: ({ target, declaration }) => probeEndpoint({ ...shared, ...declaredWay(declaration), target, limit }),
    scan: (request) => scanEndpoint({ ...shared, ...request, limit, turns }),
    discover: (domain) => discoverDomain({ ...shared, domain, web: { ...shared, limit } }),
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
    deliver: createDeliver({ store, send, publicUrl: settings.publicUrl, clock, random, log }),
    proveRoutes: (claim) => store.inClaim(claim, (run) => run.complete({ nextInMs: null })),
    checkSelf: (claim) => store.inClaim(claim, (run) => run.complete({ nextInMs: null })),
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
      if (!listed) await store.ensurePrune();
      listed = true;
      await store.beat({ workerId, vantage: settings.vantage });
    } catch {
      // The schedule says that the database is gone; a heartbeat that is missing says it as well.
    }
  };
  if (send === null)
    log.warn('no mail relay is configured: alerts wait in the outbox until LATCHWATCH_SMTP_URL is set');
  await beat();
  const beating = setInterval(() => void beat(), beatEveryMs);
  const stopTicking = startTicking(() => schedule.wake());
  log.info('the worker is up', { vantage: settings.vantage, intervalSeconds: settings.intervalSeconds });
  return async () => {
    log.info('the worker is stopping');
    await stopTicking();
    const left = await schedule.drain(drainMs);
    clearInterval(beating);
    await store.release(workerId).catch((error: unknown) => log.warn('leases run out', { error: errorText(error) }));
    await store.leave(workerId).catch(() => undefined);
    await store.close();
    log.info('the worker has stopped', { unfinished: left });
  };
}

runProcess('worker', startWorker);
