import { publishedTarget } from '../advert/published-service.ts';
import { readAutoconfig, readAutodiscover } from '../advert/read-documents.ts';
import { endpointKey, serviceTable, services, type Service, type ServiceRow } from '../model/endpoint.ts';
import { isHostText } from '../model/host-text.ts';
import type { DiscoveredEndpoint, DomainObservation, SrvLookup } from '../model/observation.ts';

/*
 * Where the mail services of a domain are, from what DNS said: SRV (RFC 6186, RFC 8314 section 5.1, RFC 5804 section 1.8), MX (RFC 5321
 * section 5.1, RFC 7505), and well-known names where SRV says nothing.
 */

/** A domain that names more hosts or endpoints than this is cut here. */
export const maxHosts = 64;
export const maxEndpoints = 128;
/** MX hosts whose TLSA records are asked for: senders hardly try more. */
export const maxMxHosts = 10;

/** What was looked up by the name of the domain. */
export type DomainRecords = Pick<DomainObservation, 'domain' | 'srv' | 'mx'>;

/** The SRV names to ask for. */
export function srvQuestions(domain: string): readonly { readonly label: string; readonly owner: string }[] {
  return serviceTable.flatMap(({ srvLabel }) =>
    srvLabel === null ? [] : [{ label: srvLabel, owner: `${srvLabel}._tcp.${domain}` }],
  );
}

/** Whether DNS knows the name of the domain; null where it gave no usable answer. */
export function domainExists({ mx }: Pick<DomainRecords, 'mx'>): boolean | null {
  return mx.ok ? mx.facts.rcode !== 'NXDOMAIN' : null;
}

/** The hosts that MX records name, the most preferred first: each once, at most `maxMxHosts`. */
export function mxHosts({ mx }: Pick<DomainRecords, 'mx'>): readonly string[] {
  if (!mx.ok || domainExists({ mx }) === false) return [];
  const hosts = mx.facts.records
    .toSorted((a, b) => a.preference - b.preference || compareText(a.exchange, b.exchange))
    .map(({ exchange }) => exchange.toLowerCase())
    .filter(isHostText);
  return [...new Set(hosts)].slice(0, maxMxHosts);
}

/** The hosts whose addresses have to be known before endpoints can be located: each once, at most `maxHosts`. */
export function hostsToResolve(records: DomainRecords): readonly string[] {
  const hosts = candidates(records).map(({ target }) => target.host);
  return Array.from(new Set(hosts)).slice(0, maxHosts);
}

/**
 * The endpoints of a domain. What SRV or MX names is an endpoint even when its host has no address: that is a fault to
 * be told. A guessed name, or the domain itself in place of missing MX records, is one only when it has an address.
 * Each endpoint is listed once, by its best source; order: as the services table, then priority, weight, host.
 */
export function locateEndpoints(
  records: DomainRecords & Pick<DomainObservation, 'hosts' | 'configuration'>,
): readonly DiscoveredEndpoint[] {
  const alive = new Set(
    records.hosts.flatMap(({ host, addresses }) => (addresses.ok && addresses.facts.length > 0 ? [host] : [])),
  );
  const found = new Map<string, DiscoveredEndpoint>();
  for (const { needsAddress, ...endpoint } of [...candidates(records), ...publishedCandidates(records)].sort(
    compareSources,
  )) {
    const { host } = endpoint.target;
    const key = endpointKey(endpoint.target);
    if (isHostText(host) && (!needsAddress || alive.has(host)) && !found.has(key)) found.set(key, endpoint);
  }
  return Array.from(found.values()).sort(compareEndpoints).slice(0, maxEndpoints);
}

interface Candidate extends DiscoveredEndpoint {
  readonly needsAddress: boolean;
}

function candidates(records: DomainRecords): readonly Candidate[] {
  return [...srvCandidates(records), ...mxCandidates(records), ...guessCandidates(records)];
}

function srvCandidates({ srv }: DomainRecords): readonly Candidate[] {
  return serviceTable.flatMap((row) =>
    findRecords(srv, row).flatMap(({ target, port, priority, weight }) =>
      // The root as target says that the service is not offered (RFC 2782). Nothing can listen on port 0.
      target === '.' || port === 0
        ? []
        : [{ target: endpointOf(row, target, port), origin: 'srv' as const, priority, weight, needsAddress: false }],
    ),
  );
}

function mxCandidates({ domain, mx }: DomainRecords): readonly Candidate[] {
  if (!mx.ok || domainExists({ mx }) === false) return [];
  const rows = serviceTable.filter(({ service }) => service === 'smtp');
  // Without MX records the domain itself is the one mail exchanger (RFC 5321 section 5.1).
  const implicit = mx.facts.records.length === 0;
  const exchanges = implicit ? [{ exchange: domain, preference: 0 }] : mx.facts.records;
  return rows.flatMap((row) =>
    exchanges
      .filter(({ exchange }) => exchange !== '.') // null MX: takes no mail (RFC 7505)
      .map(({ exchange, preference }) => ({
        target: endpointOf(row, exchange, row.port),
        origin: 'mx' as const,
        priority: preference,
        weight: null,
        needsAddress: implicit,
      })),
  );
}

/** What autoconfig and autodiscover lead clients to. */
function publishedCandidates({
  domain,
  configuration,
}: Pick<DomainObservation, 'domain' | 'configuration'>): readonly Candidate[] {
  if (configuration === undefined) return [];
  return [readAutoconfig(configuration, domain), readAutodiscover(configuration)].flatMap((reading) =>
    reading.state !== 'found'
      ? []
      : reading.content.flatMap((published) => {
          const target = publishedTarget(published);
          if (target === null) return [];
          return [{ target, origin: 'autoconfig' as const, priority: null, weight: null, needsAddress: false }];
        }),
  );
}

/** Names that mail programs try by themselves, the more telling one first. */
const wellKnownLabels: Readonly<Record<Service, readonly string[]>> = {
  imap: ['imap', 'mail'],
  pop3: ['pop', 'mail'],
  submission: ['smtp', 'mail'],
  smtp: [],
  sieve: ['sieve', 'mail'],
};

function guessCandidates(records: DomainRecords): readonly Candidate[] {
  // Below a name that does not exist there is nothing (RFC 8020).
  if (domainExists(records) === false) return [];
  return services
    .filter((service) => isSrvMissing(records.srv, service))
    .flatMap((service) => {
      const rows = serviceTable.filter((row) => row.service === service);
      return wellKnownLabels[service].flatMap((label) =>
        rows.map((row) => ({
          target: endpointOf(row, `${label}.${records.domain}`, row.port),
          origin: 'guess' as const,
          priority: null,
          weight: null,
          needsAddress: true,
        })),
      );
    });
}

/** Only an answer without any record, for every label of the service, says that SRV is missing. */
function isSrvMissing(srv: readonly SrvLookup[], service: Service): boolean {
  const labels = serviceTable.filter((row) => row.service === service).map(({ srvLabel }) => srvLabel);
  return labels.every((label) =>
    srv.some(({ label: asked, lookup }) => asked === label && lookup.ok && lookup.facts.records.length === 0),
  );
}

function findRecords(srv: readonly SrvLookup[], { srvLabel }: ServiceRow) {
  const lookup = srv.find(({ label }) => label === srvLabel)?.lookup;
  return lookup?.ok === true ? lookup.facts.records : [];
}

function endpointOf({ service, tlsMode }: ServiceRow, host: string, port: number) {
  return { service, tlsMode, host: host.toLowerCase(), port };
}

const originRank = { srv: 0, mx: 0, manual: 0, autoconfig: 1, guess: 2 } as const;

/** Best source of one endpoint first. */
function compareSources(a: DiscoveredEndpoint, b: DiscoveredEndpoint): number {
  return (
    originRank[a.origin] - originRank[b.origin] ||
    (a.priority ?? 0) - (b.priority ?? 0) ||
    (b.weight ?? 0) - (a.weight ?? 0)
  );
}

function compareEndpoints(a: DiscoveredEndpoint, b: DiscoveredEndpoint): number {
  const rank = ({ target }: DiscoveredEndpoint) =>
    serviceTable.findIndex((row) => row.service === target.service && row.tlsMode === target.tlsMode);
  return (
    rank(a) - rank(b) ||
    compareSources(a, b) ||
    compareText(a.target.host, b.target.host) ||
    a.target.port - b.target.port
  );
}

/** By code unit: the order must not depend on a locale. */
function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
