import { once } from 'node:events';
import { errorText } from '#lib/error-text.ts';
import { cidrContains, parseCidr, parseIpAddress } from '#lib/model/ip-address.ts';
import type { Settings } from '#lib/settings.ts';
import { createLog, runProcess, WrongSettings } from '#workers/run-process.ts';
import { openCensusStore, type CensusStore } from '#workers/store/census/census-store.ts';
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

/** Addresses that our own probes come from: those of the settings, and those that workers wrote down. */
function watchOwnAddresses({ probeAddresses }: Settings) {
  const blocks = probeAddresses.flatMap((text) => {
    const block = parseCidr(text);
    return block.ok ? [block.value] : [];
  });
  let seen: ReadonlySet<string> = new Set();
  return {
    refresh: async (store: CensusStore): Promise<void> => {
      seen = new Set(await store.probeAddresses());
    },
    isOwn: (address: string): boolean => {
      const parsed = parseIpAddress(address);
      return seen.has(address) || (parsed.ok && blocks.some((block) => cidrContains(block, parsed.value)));
    },
  };
}

async function startIngest(settings: Settings, databaseUrl: string): Promise<() => Promise<void>> {
  const keys = settings.pseudonymKeys;
  if (keys === null) throw new WrongSettings('LATCHWATCH_PSEUDONYM_KEYS must be set; `latchwatch start` sets it.');
  const log = createLog({ process: 'ingest' });
  const now = (): number => Date.now();
  const own = watchOwnAddresses(settings);
  const store = openCensusStore({ databaseUrl, keys, isOwnAddress: own.isOwn, now });
  const sources = openReportSources(databaseUrl, now);
  const queue = createCommitQueue(store);
  const book = openSourceBook(sources, now);
  const recent = openRecentBatches(databaseUrl);
  const server = createReportServer({ sources: book, queue, documents: store, clock: { now }, log });
  let tidying: Promise<void> = Promise.resolve();
  const tidy = (): void => {
    tidying = Promise.all([store.tidy(), own.refresh(store)])
      .then(() => undefined)
      .catch((error: unknown) => log.warn('the census could not be tidied', { error: errorText(error) }));
  };
  await own.refresh(store).catch(() => undefined);
  const timer = setInterval(tidy, tidyEveryMs);
  server.listen({ host: settings.host, port: settings.ingestPort });
  await once(server, 'listening');
  const transports = await startTransports(settings, {
    ...{ queue, sources: book, findSource: sources.byAddress, recentBatches: recent.of, clock: { now }, log },
  });
  log.info('ingest is up', { host: settings.host, port: settings.ingestPort });
  return async () => {
    clearInterval(timer);
    await transports.stop();
    const closed = once(server, 'close');
    server.close();
    server.closeIdleConnections();
    await queue.drain();
    server.closeAllConnections();
    await closed;
    await tidying;
    await store.close();
    await recent.close();
    await sources.close();
  };
}

runProcess('ingest process', startIngest);
