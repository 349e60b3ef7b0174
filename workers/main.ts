import { randomUUID } from 'node:crypto';
import { lookup } from 'node:dns/promises';
import { readFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { rootCertificates } from 'node:tls';
import { pino } from 'pino';
import { findFinding, judgeDomain, judgeEndpoint, judgeScan, judgeZone } from '#lib/checks/registry.ts';
import { errorText } from '#lib/error-text.ts';
import { createAddressGuard } from '#lib/model/address.ts';
import { parseCidr } from '#lib/model/ip-address.ts';
import type { Settings } from '#lib/settings.ts';
import { createDeliver } from './channels/deliver.ts';
import { createMailChannel, type SendMail } from './channels/mail.ts';
import { readSettings } from './env.ts';
import { createDial } from './net/dial.ts';
import { createIpv6RouteCheck } from './net/dns/ipv6-route.ts';
import { openDns } from './net/dns/open-dns.ts';
import { createSecondOpinion } from './net/dns/second-opinion.ts';
import type { Clock, Log } from './ports.ts';
import { discoverDomain } from './probes/discover.ts';
import { probeEndpoint } from './probes/endpoint.ts';
import { scanEndpoint } from './probes/scan.ts';
import { createTrustStore } from './probes/trust-store.ts';
import { observeZone } from './probes/zone.ts';
import { createRun } from './run.ts';
import { createSchedule, lanes, startTicking } from './schedule.ts';
import { openStore } from './store/store.ts';

/*
 * The worker: environment -> ports -> schedule. Run it as a program. It ends with SIGTERM or SIGINT, after what runs
 * has been written, with exit status 0; with 2 when its settings are wrong.
 */

const beatEveryMs = 5_000;
const drainMs = 25_000;

class WrongSettings extends Error {}

const clock: Clock = { now: () => Date.now() };
const random = (): number => Math.random();

function createLog(workerId: string): Log {
  const logger = pino({ base: { worker: workerId }, timestamp: pino.stdTimeFunctions.isoTime });
  return {
    info: (message, fields) => logger.info(fields ?? {}, message),
    warn: (message, fields) => logger.warn(fields ?? {}, message),
    error: (message, fields) => logger.error(fields ?? {}, message),
  };
}

async function openMail(settings: Settings): Promise<SendMail | null> {
  const { smtpUrl, mailFrom, mailTo, caFile } = settings;
  if (smtpUrl === null) return null;
  return createMailChannel({
    relayUrl: smtpUrl,
    from: mailFrom,
    to: mailTo,
    // The operator named the relay: it may be on a private address.
    dial: createDial({ guard: (address) => ({ allowed: true, address }) }),
    lookup: async (host) => (await lookup(host, { all: true })).map(({ address }) => address),
    trusted: caFile === null ? null : [...rootCertificates, await readFile(caFile, 'utf8')],
  });
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
  const log = createLog(workerId);
  const shared = { ...(await openProbes(settings, log)) };
  const send = await openMail(settings);
  const store = openStore(databaseUrl);
  const limit = store.connectionLimit({ random, log });
  const run = createRun({
    store,
    probe: (target) => probeEndpoint({ ...shared, target, limit }),
    scan: (request) => scanEndpoint({ ...shared, ...request, limit }),
    discover: (domain) => discoverDomain({ ...shared, domain }),
    observeZone: (names) => observeZone(names, shared),
    ...{ judgeEndpoint, judgeScan, judgeDomain, judgeZone, findFinding, clock, random, log },
    deliver: createDeliver({ store, send, publicUrl: settings.publicUrl, clock, random, log }),
    intervalMs: settings.intervalSeconds * 1000,
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

async function main(): Promise<void> {
  const parsed = readSettings(process.env);
  if (!parsed.ok) throw new WrongSettings(parsed.mistakes.join('\n'));
  const { databaseUrl } = parsed.settings;
  if (databaseUrl === null) throw new WrongSettings('The worker needs DATABASE_URL; `latchwatch start` sets it.');
  const asked = new Promise<void>((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => resolve());
    // Whoever started us is gone.
    process.once('disconnect', () => resolve());
  });
  const stop = await startWorker(parsed.settings, databaseUrl);
  await asked;
  await stop();
  process.exit(0);
}

main().catch((error: unknown) => {
  process.stderr.write(`${errorText(error)}\n`);
  process.exit(error instanceof WrongSettings ? 2 : 1);
});
