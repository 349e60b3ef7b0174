import { z } from 'zod';
import { readSessionStatus } from '#lib/deep/session-status.ts';
import type { Service } from '#lib/model/endpoint.ts';
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
  /** Empty: nobody watches it. */
  readonly services: readonly ServiceStanding[];
  /** Services of which some ports were not looked up, because there are too many. */
  readonly leftOut: readonly Service[];
  /** Pages that its DEEP statuses name, each once. */
  readonly statusUrls: readonly string[];
  /** What is wrong with those pages, a sentence each: e.g. that one is hosted on what it reports about. */
  readonly statusFaults: readonly string[];
}

/** Ports of one service of one host that are looked up: a usual server has two. */
const maxPorts = 4;

const row = z.object({
  ...{ id: z.string(), host: z.string(), port: z.number(), service: z.string().transform(readService) },
  tlsMode: z.string().transform(readTlsMode),
  lastProbedAt: z.date().nullable(),
  lastVerdict: z.string().transform(readVerdict).nullable(),
  /** When a run last saw something else than our own network being down. */
  seenAt: z.date().nullable(),
  /** Watched ports of the service at this host. */
  ports: z.number(),
});
type Row = z.infer<typeof row>;

/** The first ports of each watched service: what one host has too many of takes nothing from the others. */
async function listServices(hosts: readonly string[]): Promise<readonly Row[]> {
  const rows = await database().$queryRaw`
    SELECT id, host, port, service, tls_mode AS "tlsMode", last_probed_at AS "lastProbedAt",
      last_verdict AS "lastVerdict", ports, (
        SELECT max(last_seen) FROM observation_span
        WHERE endpoint_id = watched.id AND newest AND kind = 'addresses' AND address = ''
      ) AS "seenAt"
    FROM (
      SELECT endpoint.*, row_number() OVER (PARTITION BY host, service ORDER BY port, id) AS place,
        (count(*) OVER (PARTITION BY host, service))::int AS ports
      FROM endpoint
      WHERE host = ANY(${[...hosts]}::text[])
        AND EXISTS (SELECT FROM domain_endpoint WHERE endpoint_id = endpoint.id AND removed_at IS NULL)
    ) AS watched
    WHERE place <= ${maxPorts} ORDER BY host, port, id`;
  return z.array(row).parse(rows);
}

/** The watched services of some hosts, each once, with what each address proves. The caller bounds how many hosts. */
export async function readSupportHosts(hosts: readonly string[], now: Date): Promise<readonly SupportHost[]> {
  const wanted = [...new Set(hosts)];
  const rows = await listServices(wanted);
  const services = rows.map(({ id: endpointId, host, port, service, tlsMode }) => ({
    endpointId,
    endpoint: { host, port, service, tlsMode },
  }));
  const [contexts, faults] = await Promise.all([readTagContexts(services), readStatusFaults(rows.map(({ id }) => id))]);
  const read = rows.map((one) => ({ ...one, ...standingOf(one, { latest: contexts.get(one.id) ?? null, now }) }));
  return wanted.map((host) => {
    const own = read.filter((one) => one.host === host);
    return {
      host,
      services: own.map(({ standing }) => standing),
      leftOut: [...new Set(own.flatMap(({ service, ports }) => (ports > maxPorts ? [service] : [])))],
      statusUrls: [...new Set(own.flatMap(({ urls }) => urls))].slice(0, maxUrls),
      statusFaults: [...new Set(own.flatMap(({ id }) => faults.get(id) ?? []))],
    };
  });
}

const maxUrls = 4;

function standingOf(
  { port, service, lastProbedAt, lastVerdict, seenAt }: Row,
  { latest, now }: { readonly latest: TagContext | null; readonly now: Date },
): { readonly standing: ServiceStanding; readonly urls: readonly string[] } {
  const { intervalSeconds } = readWebSettings();
  // A run while our own network is down counts as a look and keeps nothing: what is shown then is of the sight before.
  const sightAt = lastProbedAt === null || seenAt === null ? null : lastProbedAt < seenAt ? lastProbedAt : seenAt;
  const standing = {
    ...{ service, port, verdict: lastVerdict },
    freshness: freshnessOf(sightAt, { now, intervalSeconds, lastVerdict }),
    lookedAt: sightAt?.getTime() ?? null,
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

/** As many as the check of DEEP status pages has codes. */
const maxFaults = 5;

/** By id of the endpoint: what the check of DEEP status pages found. */
async function readStatusFaults(endpointIds: readonly string[]): Promise<ReadonlyMap<string, readonly string[]>> {
  const rows = await database().finding.findMany({
    where: { endpointId: { in: [...endpointIds] }, endedAt: null, code: { startsWith: 'status-url-' } },
    select: { endpointId: true, code: true, params: true },
    orderBy: { code: 'asc' },
    take: maxFaults * endpointIds.length,
  });
  const faults = new Map<string, string[]>();
  for (const { endpointId, code, params } of rows) {
    const { title, got } = describe(code, readParams(params));
    const known = faults.get(endpointId ?? '') ?? [];
    faults.set(endpointId ?? '', [...known, `${title}: ${got}`]);
  }
  return faults;
}
