import { performance } from 'node:perf_hooks';
import { endpointKey, findServiceRow } from '#lib/model/endpoint.ts';
import type { Dnssec, Validation } from '#lib/model/dnssec.ts';
import type { DiscoveredEndpoint, DomainObservation, PublishedConfiguration } from '#lib/model/observation.ts';
import { addressWords, lookOutcome, summarizeSession, type EndpointLook } from '#lib/setup/endpoint-look.ts';
import type { SetupSight } from '#lib/setup/judge-setup.ts';
import { trustOutcome } from '#lib/setup/lookup-step.ts';
import { boundedStep, type SetupStep } from '#lib/setup/setup-step.ts';
import { domainExists, locateEndpoints } from '#lib/srv/locate.ts';
import { mapBounded } from '#workers/net/map-bounded.ts';
import { observeConfiguration } from './configuration.ts';
import { discoverDomain } from './discover.ts';
import { probeEndpoint, type EndpointProbe } from './endpoint.ts';
import { tellingQuery } from './telling-query.ts';
import { inTime } from './zone-time.ts';

/** A whole look at a domain that nobody watches yet. What is left then is told as unknown. */
const setupDurationMs = 60_000;
/** Records first: without them there is nothing to connect to. */
const recordsShare = 0.5;
/** A silent web server is not waited for as long as it may take: what it has is looked at again once the domain is watched. */
const documentsShare = 0.2;
/** A probe that is confirmed later may take 20 s; here a person waits. */
const endpointShare = 0.25;
/** To judge and to write it down. */
const endShare = 0.05;
const maxParallel = 16;
/** Addresses of one endpoint that are told one by one, before all of them are. */
const maxTold = 4;

export interface ExplorePorts extends Omit<
  EndpointProbe,
  'target' | 'address' | 'serverName' | 'deadline' | 'onProgress'
> {
  /** The validator's way from the trust anchor to the zone of a name. */
  readonly validateZone: (name: string) => Promise<Validation>;
}

/**
 * Looks at a mail domain as its first discovery and the first probe of each of its endpoints will, all at once, and
 * tells each step as it comes. Never rejects for anything the world does.
 */
export async function exploreDomain(
  domain: string,
  options: {
    readonly ports: ExplorePorts;
    readonly tell: (step: SetupStep) => void;
    /** Milliseconds; `setupDurationMs` where it is not given. */
    readonly durationMs?: number;
  },
): Promise<SetupSight> {
  const { ports, durationMs = setupDurationMs } = options;
  const startedAt = performance.now();
  const at = (share: number) => startedAt + durationMs * share;
  const steps: SetupStep[] = [];
  const tell = (step: SetupStep): void => {
    const bounded = boundedStep(step);
    steps.push(bounded);
    options.tell(bounded);
  };
  const recordsEnd = at(recordsShare);
  const query = tellingQuery({ domain, query: ports.query, tell, deadline: recordsEnd });
  const trust = lookAtTrust(domain, { ports, tell, deadline: recordsEnd });
  const records = await discoverDomain({ domain, query, clock: ports.clock, vantage: ports.vantage });
  const look = (endpoints: readonly DiscoveredEndpoint[]) =>
    lookAtAll(endpoints, {
      ports: { ...ports, query },
      tell,
      end: at(1 - endShare),
      eachMs: durationMs * endpointShare,
    });
  const documents = lookAtDocuments(records, {
    ports: { ...ports, query },
    tell,
    deadline: performance.now() + durationMs * documentsShare,
  });
  const [named, published] = await Promise.all([
    look(records.endpoints),
    documents.then((configuration) =>
      lookAtPublished({ ...records, ...configuration }, { known: records.endpoints, look }),
    ),
  ]);
  const dnssec = await trust;
  return {
    domain: { ...published.domain, finishedAt: ports.clock.now() },
    dnssec,
    looks: [...named, ...published.looks],
    steps,
    durationMs: performance.now() - startedAt,
    cutShort: performance.now() >= at(1 - endShare),
  };
}

interface Telling {
  readonly ports: ExplorePorts;
  readonly tell: (step: SetupStep) => void;
}

/** The chain of DS and DNSKEY records down to the zone. */
async function lookAtTrust(
  domain: string,
  { ports, tell, deadline }: Telling & { readonly deadline: number },
): Promise<Dnssec['state']> {
  const line = { key: 'trust', group: 'trust', subject: `${domain} DS, DNSKEY`, guess: false } as const;
  tell({ ...line, state: 'asking', text: '', tookMs: null });
  const from = performance.now();
  const seen = await inTime<Pick<Validation, 'result' | 'links'>>(deadline, {
    work: () => ports.validateZone(domain),
    late: () => ({ result: { state: 'indeterminate', why: 'no answer in time', reason: 'no-answer' }, links: [] }),
  });
  tell({ ...line, ...trustOutcome(seen), tookMs: performance.now() - from });
  return seen.result.state;
}

/** What is published beside DNS: autoconfig, autodiscover, MTA-STS, TLS-RPT. */
async function lookAtDocuments(
  records: DomainObservation,
  { ports, tell, deadline }: Telling & { readonly deadline: number },
): Promise<{ readonly configuration?: PublishedConfiguration }> {
  const { domain } = records;
  // Below a name that does not exist there is nothing (RFC 8020).
  if (domainExists(records) === false) return {};
  const line = { key: 'documents', group: 'published', subject: `documents of ${domain}`, guess: false } as const;
  tell({ ...line, state: 'asking', text: '', tookMs: null });
  const from = performance.now();
  const { dial, limit, trust, query } = ports;
  const configuration = await inTime<PublishedConfiguration | null>(deadline, {
    work: () =>
      observeConfiguration({
        ...{ domain, query, limit, trust },
        dial: (target) => dial({ ...target, deadline: Math.min(target.deadline, deadline) }),
      }),
    late: () => null,
  });
  const tookMs = performance.now() - from;
  if (configuration === null) {
    tell({ ...line, state: 'unknown', text: 'the web servers did not answer in time', tookMs });
    return {};
  }
  const found = foundDocuments(configuration);
  tell({ ...line, state: found === '' ? 'absent' : 'found', text: found === '' ? 'none' : found, tookMs });
  return { configuration };
}

function foundDocuments({ autoconfig, autodiscover, mtaStsPolicy }: PublishedConfiguration): string {
  const answered = (fetched: PublishedConfiguration['mtaStsPolicy'] | undefined) =>
    fetched?.ok === true && fetched.facts.status === 200;
  return [
    ...(answered(autoconfig.at(-1)) ? ['autoconfig'] : []),
    ...(answered(autodiscover.at(-1)) ? ['autodiscover'] : []),
    ...(answered(mtaStsPolicy) ? ['MTA-STS policy'] : []),
  ].join(', ');
}

/** Endpoints that only documents name. */
async function lookAtPublished(
  domain: DomainObservation,
  {
    known,
    look,
  }: {
    readonly known: readonly DiscoveredEndpoint[];
    readonly look: (endpoints: readonly DiscoveredEndpoint[]) => Promise<readonly EndpointLook[]>;
  },
): Promise<{ readonly domain: DomainObservation; readonly looks: readonly EndpointLook[] }> {
  const endpoints = locateEndpoints(domain);
  const keys = new Set(known.map(({ target }) => endpointKey(target)));
  const looks = await look(endpoints.filter(({ target }) => !keys.has(endpointKey(target))));
  return { domain: { ...domain, endpoints }, looks };
}

function lookAtAll(
  endpoints: readonly DiscoveredEndpoint[],
  { ports, tell, end, eachMs }: Telling & { readonly end: number; readonly eachMs: number },
): Promise<readonly EndpointLook[]> {
  const lines = endpoints.map((found) => ({ found, line: endpointLine(found) }));
  for (const { line } of lines) tell({ ...line, state: 'asking', text: '', tookMs: null });
  return mapBounded(lines, maxParallel, async ({ found, line }) => {
    const from = performance.now();
    const told: string[] = [];
    const observation = await probeEndpoint({
      ...ports,
      target: found.target,
      deadline: Math.min(end, from + eachMs),
      onProgress: (progress) => {
        if (progress.kind !== 'session' || progress.done === progress.total || told.length >= maxTold) return;
        told.push(addressWords(summarizeSession(progress.session)));
        tell({ ...line, state: 'asking', text: told.join('; '), tookMs: performance.now() - from });
      },
    });
    const look = { found, observation };
    tell({ ...line, ...lookOutcome(look), tookMs: performance.now() - from });
    return look;
  });
}

function endpointLine({ target, origin }: DiscoveredEndpoint): Pick<SetupStep, 'key' | 'group' | 'subject' | 'guess'> {
  const { service, tlsMode, host, port } = target;
  const title = findServiceRow(service, tlsMode)?.title ?? service;
  return {
    key: endpointKey(target),
    group: 'servers',
    subject: `${host}:${String(port)} ${title}`,
    guess: origin === 'guess',
  };
}
