import { readSessionStatus } from '#lib/deep/session-status.ts';
import type { EndpointObservation } from '#lib/model/observation.ts';
import type { ServiceStanding, TagStanding } from '#lib/support/judge-client.ts';
import { readWebSettings } from '#app/_auth/web-settings.ts';
import { database } from './database.ts';
import { describe } from './finding-text.ts';
import { readParams } from './read-json.ts';
import { readService, readTlsMode, readVerdict } from './read-word.ts';
import { freshnessOf } from './staleness.ts';
import { readTagContexts, type TagContext } from './tag-contexts.ts';
import { tagStates, type TagState } from './tag-states.ts';

/** A host as the support desk needs it. */
export interface SupportHost {
  readonly host: string;
  readonly services: readonly ServiceStanding[];
  /** Pages that its DEEP statuses name, each once. */
  readonly statusUrls: readonly string[];
  /** What is wrong with those pages, a sentence each: e.g. that one is hosted on what it reports about. */
  readonly statusFaults: readonly string[];
}

/** What is asked at once: an account has few hosts, and each of them few ports. */
const maxHosts = 8;
const maxEndpoints = 32;

/** The watched services of some hosts with what each address proves; hosts that nobody watches have none. */
export async function readSupportHosts(hosts: readonly string[], now: Date): Promise<readonly SupportHost[]> {
  const wanted = [...new Set(hosts)].slice(0, maxHosts);
  const rows = await database().endpoint.findMany({
    where: { host: { in: wanted }, domains: { some: { removedAt: null } } },
    orderBy: [{ host: 'asc' }, { port: 'asc' }, { id: 'asc' }],
    take: maxEndpoints,
  });
  const services = rows.map(({ id: endpointId, host, port, service, tlsMode }) => ({
    endpointId,
    endpoint: { host, port, service: readService(service), tlsMode: readTlsMode(tlsMode) },
  }));
  const [contexts, faults] = await Promise.all([readTagContexts(services), readStatusFaults(rows.map(({ id }) => id))]);
  const read = rows.map((row) => ({ row, ...standingOf(row, { latest: contexts.get(row.id) ?? null, now }) }));
  return wanted.map((host) => {
    const own = read.filter(({ row }) => row.host === host);
    return {
      host,
      services: own.map(({ standing }) => standing),
      statusUrls: [...new Set(own.flatMap(({ urls }) => urls))].slice(0, maxUrls),
      statusFaults: [...new Set(own.flatMap(({ row }) => faults.get(row.id) ?? []))],
    };
  });
}

const maxUrls = 4;

type Row = Awaited<ReturnType<ReturnType<typeof database>['endpoint']['findMany']>>[number];

function standingOf(
  { port, service, lastProbedAt, lastVerdict }: Row,
  { latest, now }: { readonly latest: TagContext | null; readonly now: Date },
): { readonly standing: ServiceStanding; readonly urls: readonly string[] } {
  const { intervalSeconds } = readWebSettings();
  const standing = {
    ...{ service: readService(service), port },
    freshness: freshnessOf(lastProbedAt, { now, intervalSeconds, lastVerdict }),
    lookedAt: lastProbedAt?.getTime() ?? null,
    verdict: lastVerdict === null ? null : readVerdict(lastVerdict),
  };
  if (latest === null) return { standing: { ...standing, addresses: [] }, urls: [] };
  const { observation, context } = latest;
  const states = tagStates(observation, context);
  const addresses = observation.sessions.map(({ address, tls, failure, capabilitiesAfterTls }) => ({
    address,
    answers: failure === null || tls !== null || capabilitiesAfterTls !== null,
    tags: (states.find((one) => one.address === address)?.tags ?? []).map(tagStanding),
  }));
  return { standing: { ...standing, addresses }, urls: statusUrlsOf(observation) };
}

function statusUrlsOf({ endpoint, sessions }: EndpointObservation): readonly string[] {
  return sessions.flatMap((session) => {
    const { before, after } = readSessionStatus(endpoint.service, session);
    // Clients use the first.
    return (after ?? before)?.status.urls.slice(0, 1) ?? [];
  });
}

/** The worse of what both rule packs say; where they differ a program may go by either. */
function tagStanding({ tag, proof }: TagState): TagStanding {
  if (proof === null) return { tag, state: 'unseen', why: 'Nobody can prove this tag from outside' };
  const states = [proof.draft, proof.current];
  const broken = states.find((one) => one.state === 'broken');
  const unseen = states.find((one) => one.state === 'unseen');
  if (broken?.state === 'broken') {
    return { tag, state: states.every(({ state }) => state === 'broken') ? 'broken' : 'doubtful', why: broken.why };
  }
  return unseen?.state === 'unseen' ? { tag, state: 'unseen', why: unseen.why } : { tag, state: 'holds', why: null };
}

/** By id of the endpoint: what the check of DEEP status pages found. */
async function readStatusFaults(endpointIds: readonly string[]): Promise<ReadonlyMap<string, readonly string[]>> {
  const rows = await database().finding.findMany({
    where: { endpointId: { in: [...endpointIds] }, endedAt: null, code: { startsWith: 'status-url-' } },
    select: { endpointId: true, code: true, params: true },
    orderBy: { code: 'asc' },
    take: 100,
  });
  const faults = new Map<string, string[]>();
  for (const { endpointId, code, params } of rows) {
    const { title, got } = describe(code, readParams(params));
    const known = faults.get(endpointId ?? '') ?? [];
    faults.set(endpointId ?? '', [...known, `${title}: ${got}`]);
  }
  return faults;
}
