import { isIP } from 'node:net';
import { performance } from 'node:perf_hooks';
import { readSessionStatus } from '#lib/deep/session-status.ts';
import { probeFailure } from '#lib/mail/dialogue.ts';
import type { EndpointObservation, ProbeFailure } from '#lib/model/observation.ts';
import { type AddressScan, type ScanObservation, type StatusUrl } from '#lib/model/scan-observation.ts';
import { fetchDocument } from '#workers/net/fetch-document.ts';
import { mapBounded } from '#workers/net/map-bounded.ts';
import type { Clock, ConnectionLimit, Dial, Query } from '#workers/ports.ts';
import type { ScanRequest } from '#workers/run.ts';
import { resolveAddresses } from './addresses.ts';
import { maxAddresses } from './endpoint.ts';
import { scanAddress } from './scan-address.ts';
import type { TrustStore } from './trust-store.ts';

export interface ScanPorts {
  readonly query: Query;
  readonly dial: Dial;
  readonly limit: ConnectionLimit;
  /** One scan of an address at a time; shared by all scans of a process. */
  readonly turns: ConnectionLimit;
  readonly trust: TrustStore;
  readonly clock: Clock;
  readonly vantage: string;
  /** Between two connections to an address; absent: as long as is polite. */
  readonly pauseMs?: number;
  readonly onProgress?: (progress: ScanProgress) => void;
}

export interface ScanProgress {
  readonly scan: AddressScan;
  readonly done: number;
  readonly total: number;
}

/** Well below the lease of the task, which has to cover the waiting and the writing too. */
const scanDurationMs = 200_000;
/** Addresses of one host that are looked at at the same time. */
const maxParallel = 4;
/** With less time than this nothing worth knowing would come out. */
const shortestScanMs = 5_000;
const maxStatusUrls = 4;
const fetchDurationMs = 20_000;
const maxRedirects = 3;

/**
 * Looks closely at every address of an endpoint, and at the URLs in its DEEP statuses. Never rejects for anything the
 * world does.
 */
export async function scanEndpoint(options: ScanRequest & ScanPorts): Promise<ScanObservation> {
  const { target, clock, vantage, latest } = options;
  const startedAt = clock.now();
  const deadline = performance.now() + scanDurationMs;
  const addresses = await scanAddresses(options, deadline);
  const statusUrls = await mapBounded(listStatusUrls(latest), maxStatusUrls, (url) => fetchStatusUrl(url, options));
  return { endpoint: target, vantage, startedAt, finishedAt: clock.now(), addresses, statusUrls };
}

async function scanAddresses(options: ScanRequest & ScanPorts, deadline: number): Promise<readonly AddressScan[]> {
  const list = (await findAddresses(options)).slice(0, maxAddresses);
  let waiting = list.length;
  let done = 0;
  return mapBounded(list, maxParallel, async (address) => {
    // Silent addresses must not use up the time of those that come after them.
    const rounds = Math.ceil(waiting / maxParallel);
    waiting -= 1;
    const now = performance.now();
    const scan = await scanInTurn(options, { address, deadline: now + (deadline - now) / rounds });
    done += 1;
    options.onProgress?.({ scan, done, total: list.length });
    return scan;
  });
}

async function findAddresses({ target, declaration, query }: ScanRequest & ScanPorts): Promise<readonly string[]> {
  if (declaration.address !== null) return [declaration.address];
  if (isIP(target.host) !== 0) return [target.host];
  const addresses = await resolveAddresses(target.host, query);
  return addresses.ok ? addresses.facts.list : [];
}

async function scanInTurn(
  options: ScanRequest & ScanPorts,
  { address, deadline }: { readonly address: string; readonly deadline: number },
): Promise<AddressScan> {
  const { target, declaration, turns, dial, limit, trust, clock, pauseMs } = options;
  const unseen = (said: string) =>
    unseenScan(address, { startedAt: clock.now(), failure: probeFailure('connect', 'busy', said) });
  const scan = await turns(address, deadline, async () => {
    if (deadline - performance.now() < shortestScanMs) return unseen('no time was left to scan this address');
    return scanAddress({
      ...{ target, address, dial, limit, trust, clock, deadline },
      ...(pauseMs === undefined ? {} : { pauseMs }),
      serverName: declaration.serverName ?? target.host,
      tryClientCommand: declaration.tryClientCommand === true,
      tryInjection: declaration.tryInjection === true,
    });
  });
  return scan ?? unseen('other scans of this address took all the time there was');
}

/** The scan of an address that nobody connected to. */
function unseenScan(
  address: string,
  { startedAt, failure }: { readonly startedAt: number; readonly failure: ProbeFailure },
): AddressScan {
  const unseen = { outcome: 'unseen', failure } as const;
  return {
    address,
    startedAt,
    versions: { TLSv1: unseen, 'TLSv1.1': unseen, 'TLSv1.2': unseen, 'TLSv1.3': unseen },
    sslv3: unseen,
    weakSuites: { null: unseen, export: unseen, rc4: unseen, '3des': unseen, anonymous: unseen, 'static-rsa': unseen },
    withoutServerName: unseen,
    keys: { rsa: unseen, ec: unseen },
    certificateRequest: 'unseen',
    closeNotify: 'unseen',
    repeated: [],
    statBeforeLogin: null,
    mailBeforeTls: null,
    clientCommand: null,
    injection: null,
    transcript: [],
    failure,
  };
}

/** The different https URLs in the DEEP statuses of all addresses, before and after TLS; of many, the first ones. */
function listStatusUrls(latest: EndpointObservation | null): readonly string[] {
  if (latest === null) return [];
  const urls = latest.sessions.flatMap((session) => {
    const { before, after } = readSessionStatus(latest.endpoint.service, session);
    return [before, after].flatMap((advertised) => advertised?.status.urls ?? []);
  });
  return [...new Set(urls)].filter((url) => /^https:/i.test(url)).slice(0, maxStatusUrls);
}

async function fetchStatusUrl(url: string, { query, dial, limit, trust }: ScanPorts): Promise<StatusUrl> {
  const deadline = performance.now() + fetchDurationMs;
  const fetched = await fetchDocument({ url, dial, query, trust, limit, deadline, maxRedirects });
  return { url, fetched, addresses: await addressesOfUrl(url, query) };
}

async function addressesOfUrl(url: string, query: Query): Promise<readonly string[]> {
  if (!URL.canParse(url)) return [];
  const host = new URL(url).hostname.replace(/^\[(.*)\]$/, '$1').replace(/\.$/, '');
  if (isIP(host) !== 0) return [host];
  const addresses = await resolveAddresses(host, query);
  return addresses.ok ? addresses.facts.list : [];
}
