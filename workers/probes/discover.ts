import type { DnsLookup, DomainObservation, Fetched, PublishedConfiguration, Seen } from '#lib/model/observation.ts';
import { isHostText } from '#lib/model/host-text.ts';
import { domainExists, hostsToResolve, locateEndpoints, mxHosts, srvQuestions } from '#lib/srv/locate.ts';
import { mapBounded } from '#workers/net/map-bounded.ts';
import type { Clock, Query } from '#workers/ports.ts';
import { resolveAddresses } from './addresses.ts';
import { observeConfiguration, type WebAccess } from './configuration.ts';

/** Questions that one discovery has in flight. */
const maxInFlight = 8;

/** One question that was answered, or was not. */
export interface DiscoveryProgress {
  /** E.g. `SRV _imaps._tcp.example.org`. */
  readonly question: string;
  /** Count of records or addresses, or why there are none. */
  readonly outcome: string;
  readonly done: number;
  /** Grows once, when the records have told which hosts there are. */
  readonly total: number;
}

export interface DiscoverOptions {
  /** A-label form, lower case, without final dot. */
  readonly domain: string;
  readonly query: Query;
  readonly clock: Clock;
  readonly vantage: string;
  /** Absent: only DNS is asked, and no document of the web. */
  readonly web?: WebAccess;
  readonly onProgress?: (progress: DiscoveryProgress) => void;
}

/**
 * Looks at all that DNS, and what is published beside it, says of a mail domain: SRV and MX records, then the addresses of every host that they name
 * (and of well-known names where SRV is missing) and the TLSA records of MX hosts. A domain that does not exist shows as `mx` with rcode NXDOMAIN.
 */
export async function discoverDomain(options: DiscoverOptions): Promise<DomainObservation> {
  const { domain, query, clock, vantage, web } = options;
  const startedAt = clock.now();
  const questions = srvQuestions(domain);
  let total = questions.length + 1;
  let done = 0;
  const tell = (question: string, outcome: string) => {
    done += 1;
    options.onProgress?.({ question, outcome, done, total });
  };
  const told = <R>(type: string, name: string, lookup: Seen<DnsLookup<R>>) => {
    tell(`${type} ${name}`, lookupOutcome(lookup));
    return lookup;
  };
  const [mx, srv] = await Promise.all([
    query(domain, 'MX').then((lookup) => told('MX', domain, lookup)),
    mapBounded(questions, maxInFlight - 1, async ({ label, owner }) => ({
      owner,
      label,
      lookup: told('SRV', owner, await query(owner, 'SRV')),
    })),
  ]);
  const names = hostsToResolve({ domain, srv, mx });
  const exchanges = mxHosts({ mx });
  const documents = web !== undefined && domainExists({ mx }) !== false;
  total += names.length + exchanges.length + (documents ? 1 : 0);
  // Each host is two questions, A and AAAA.
  const hosts = await mapBounded(names, maxInFlight / 2, async (host) => {
    const addresses = await resolveHost(host, query);
    tell(`addresses of ${host}`, addressOutcome(addresses));
    return { host, addresses };
  });
  const mxTlsa = await mapBounded(exchanges, maxInFlight, async (host) => {
    const owner = `_25._tcp.${host}`;
    return { owner, host, lookup: told('TLSA', owner, await query(owner, 'TLSA')) };
  });
  // Below a name that does not exist there is nothing (RFC 8020).
  const configuration = web === undefined || !documents ? null : await observeConfiguration({ ...web, domain, query });
  if (configuration !== null) tell(`documents of ${domain}`, documentOutcome(configuration));
  const published = configuration === null ? {} : { configuration };
  const endpoints = locateEndpoints({ domain, srv, mx, hosts, ...published });
  const seen = { srv, mx, mxTlsa, hosts, endpoints, ...published };
  return { domain, vantage, startedAt, finishedAt: clock.now(), ...seen };
}

async function resolveHost(host: string, query: Query): Promise<Seen<readonly string[]>> {
  if (!isHostText(host)) {
    return { ok: false, failure: { stage: 'resolve', reason: 'no-address', said: 'not a name that a host can have' } };
  }
  const addresses = await resolveAddresses(host, query);
  return addresses.ok ? { ok: true, facts: addresses.facts.list } : addresses;
}

function lookupOutcome(lookup: Seen<DnsLookup<unknown>>): string {
  if (!lookup.ok) return lookup.failure.said ?? lookup.failure.reason;
  if (lookup.facts.rcode === 'NXDOMAIN') return 'no such name';
  const { length } = lookup.facts.records;
  return length === 1 ? '1 record' : `${length} records`;
}

function documentOutcome({ autoconfig, autodiscover, mtaStsPolicy }: PublishedConfiguration): string {
  const answered = (fetched: Fetched | null | undefined) => fetched?.ok === true && fetched.facts.status === 200;
  const found = [
    ...(answered(autoconfig.at(-1)) ? ['autoconfig'] : []),
    ...(answered(autodiscover.at(-1)) ? ['autodiscover'] : []),
    ...(answered(mtaStsPolicy) ? ['MTA-STS policy'] : []),
  ];
  return found.length === 0 ? 'none' : found.join(', ');
}

function addressOutcome(addresses: Seen<readonly string[]>): string {
  if (addresses.ok) return addresses.facts.join(', ');
  switch (addresses.failure.reason) {
    case 'nxdomain':
      return 'no such name';
    case 'no-address':
      return 'no address';
    default:
      return addresses.failure.said ?? addresses.failure.reason;
  }
}
