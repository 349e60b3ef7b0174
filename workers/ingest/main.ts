import { once } from 'node:events';
import { hostname } from 'node:os';
import { errorText } from '#lib/error-text.ts';
import type { Settings } from '#lib/settings.ts';
import { createLog, runProcess, WrongSettings } from '#workers/run-process.ts';
import { openCensusStore } from '#workers/store/census/census-store.ts';
import { openIngestSign } from '#workers/store/census/ingest-sign.ts';
import { openOwnAddresses } from '#workers/store/census/own-addresses.ts';
import { openRecentBatches } from '#workers/store/census/recent-batches.ts';
import { openReportSources } from '#workers/store/census/report-sources.ts';
import { createCommitQueue } from './commit-queue.ts';
import { createReportServer } from './http-server.ts';
import { openSourceBook } from './source-book.ts';
import { startTransports } from './transports.ts';

/*
 * Ingest: reports of mail clients -> the census. A process of its own, so that a flood of reports slows neither probes nor
 * the console. It ends with SIGTERM or SIGINT, after what was taken is committed, with exit status 0; with 2 when its
 * settings are wrong.
 */

const tidyEveryMs = 30_000;
const signEveryMs = 10_000;

async function startIngest(settings: Settings, databaseUrl: string): Promise<() => Promise<void>> {
  const keys = settings.pseudonymKeys;
  if (keys === null) throw new WrongSettings('LATCHWATCH_PSEUDONYM_KEYS must be set; `latchwatch start` sets it.');
  const log = createLog({ process: 'ingest' });
  const now = (): number => Date.now();
  const own = openOwnAddresses(databaseUrl, { probeAddresses: settings.probeAddresses, now });
  const store = openCensusStore({ databaseUrl, keys, own, now });
  const sources = openReportSources(databaseUrl, now);
  const queue = createCommitQueue(store);
  const book = openSourceBook(sources, now);
  const recent = openRecentBatches(databaseUrl);
  const server = createReportServer({ sources: book, queue, documents: store, clock: { now }, log });
  let tidying: Promise<void> = Promise.resolve();
  const tidy = (): void => {
    tidying = store
      .tidy()
      .catch((error: unknown) => log.warn('the census could not be tidied', { error: errorText(error) }));
  };
  const timer = setInterval(tidy, tidyEveryMs);
  server.listen({ host: settings.host, port: settings.ingestPort });
  await once(server, 'listening');
  const transports = await startTransports(settings, {
    ...{ queue, sources: book, findSource: sources.byAddress, recentBatches: recent.of, clock: { now }, log },
  });
  const sign = openIngestSign(databaseUrl, `${hostname()}:${String(settings.ingestPort)}`);
  let signing: Promise<void> = Promise.resolve();
  const giveSign = (): void => {
    signing = sign
      .give(queue.look())
      .catch((error: unknown) => log.warn('the sign of life was not written', { error: errorText(error) }));
  };
  giveSign();
  const signTimer = setInterval(giveSign, signEveryMs);
  log.info('ingest is up', { host: settings.host, port: settings.ingestPort });
  return async () => {
    clearInterval(timer);
    clearInterval(signTimer);
    await transports.stop();
    const closed = once(server, 'close');
    server.close();
    server.closeIdleConnections();
    await queue.drain();
    server.closeAllConnections();
    await closed;
    await tidying;
    await signing;
    await sign.withdraw();
    await store.close();
    await own.close();
    await recent.close();
    await sources.close();
  };
}

runProcess('ingest process', startIngest);
