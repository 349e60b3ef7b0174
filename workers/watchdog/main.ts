import { lookup } from 'node:dns/promises';
import { performance } from 'node:perf_hooks';
import { errorText } from '#lib/error-text.ts';
import type { Settings } from '#lib/settings.ts';
import { createMailChannel, type SendMail } from '#workers/channels/mail.ts';
import { createRelays } from '#workers/channels/mail-relays.ts';
import { createDial } from '#workers/net/dial.ts';
import type { Clock } from '#workers/ports.ts';
import { createLog, runProcess } from '#workers/run-process.ts';
import { readTrustedCertificates } from '#workers/trusted-certificates.ts';
import { createCallOutside, type CallOutside } from './call-outside.ts';
import { startFixtureServer, type FixtureServer } from './fixture-server.ts';
import { readSigns } from './read-signs.ts';
import { createWatchdog } from './watchdog.ts';

/*
 * The watchdog: a dead man's switch in a process of its own, with a relay of its own, that needs nothing of the rest but
 * the address of the database, and works while that is down. It ends with SIGTERM or SIGINT with exit status 0; with 2
 * when its settings are wrong.
 */

const lookEveryMs = 10_000;

const wall: Clock = { now: () => Date.now() };
/** Never set back. */
const steady: Clock = { now: () => performance.now() };

// The operator named both: they may be on private addresses.
const way = {
  dial: createDial({ guard: (address) => ({ allowed: true, address }) }),
  lookup: async (host: string) => (await lookup(host, { all: true })).map(({ address }) => address),
};

function openCall({ watchdogUrl }: Settings, trusted: readonly string[] | null): CallOutside | null {
  return watchdogUrl === null ? null : createCallOutside({ url: watchdogUrl, ...way, trusted });
}

function openSend(settings: Settings, trusted: readonly string[] | null): SendMail | null {
  const { watchdogSmtpUrls, watchdogMailTo: to, mailFrom: from } = settings;
  if (watchdogSmtpUrls.length === 0) return null;
  return createRelays(watchdogSmtpUrls.map((relayUrl) => createMailChannel({ relayUrl, from, to, ...way, trusted })));
}

async function startWatchdogProcess(settings: Settings, databaseUrl: string): Promise<() => Promise<void>> {
  const log = createLog({ process: 'watchdog' });
  const { publicUrl, vantage } = settings;
  const trusted = await readTrustedCertificates(settings.caFile);
  const call = openCall(settings, trusted);
  const send = openSend(settings, trusted);
  let fixture: { readonly seenFrom: string | null; readonly server: FixtureServer } | null = null;
  const detail = async (address: string | null) => {
    // Workers reach us where the database does.
    if (fixture?.seenFrom !== address) await fixture?.server.close();
    if (fixture === null || fixture.seenFrom !== address) {
      fixture = { seenFrom: address, server: await startFixtureServer({ address, now: wall.now() }) };
      log.info('workers may probe us', { address: fixture.server.address, port: fixture.server.port });
    }
    const { server } = fixture;
    return {
      fixtureAddress: server.address,
      fixturePort: server.port,
      fixtureFingerprint: server.fingerprint,
      callsOutside: call !== null,
      sendsMail: send !== null,
    };
  };
  const read = () => readSigns({ databaseUrl, vantage, detail });
  const tick = createWatchdog({ read, call, send, steady, wall, publicUrl, log });
  let looking: Promise<void> | null = null;
  const look = (): void => {
    looking ??= tick()
      .catch((error: unknown) => log.error('a look failed', { error: errorText(error) }))
      .finally(() => (looking = null));
  };
  look();
  const timer = setInterval(look, lookEveryMs);
  if (call === null && send === null)
    log.warn('nobody hears the watchdog: set LATCHWATCH_WATCHDOG_URL or LATCHWATCH_WATCHDOG_SMTP_URL');
  log.info('the watchdog is up', { callsOutside: call !== null, sendsMail: send !== null });
  return async () => {
    clearInterval(timer);
    await looking;
    await fixture?.server.close();
  };
}

runProcess('watchdog', startWatchdogProcess);
