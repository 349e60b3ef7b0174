import { randomUUID } from 'node:crypto';
import type { Transaction } from '#prisma/client.ts';
import { urgent } from '#prisma/commands/tasks.ts';
import { readAutoconfig, readAutodiscover } from '#lib/advert/read-documents.ts';
import { endpointKey, findServiceRow, services, tlsModes, type EndpointTarget } from '#lib/model/endpoint.ts';
import type { DiscoveredEndpoint, DomainObservation, Seen } from '#lib/model/observation.ts';
import { z } from 'zod';
import { retireUnwatched, type FindFinding } from './endpoints.ts';
import { storableJson, storableText } from '#lib/model/stored-text.ts';
import { enqueueTask } from './tasks.ts';

/** A discovery under way. */
export interface StartedDiscovery {
  readonly domainId: string;
  readonly domain: string;
  /** Requests that this look answers; none for a scheduled one. */
  readonly discoveryIds: readonly string[];
}

/** Marks what waits for this look as running; null where the domain is gone. */
export async function startDiscovery(
  db: Transaction,
  { domainId, now }: { readonly domainId: string; readonly now: number },
): Promise<StartedDiscovery | null> {
  const domain = await db.domain.findUnique({ where: { id: domainId }, select: { name: true } });
  if (domain === null) return null;
  const rows = await db.discovery.updateManyAndReturn({
    // One that runs already was left behind by a worker that ended.
    where: { domainId, state: { in: ['queued', 'running'] } },
    data: { state: 'running', startedAt: new Date(now) },
    select: { id: true },
  });
  return { domainId, domain: domain.name, discoveryIds: rows.map(({ id }) => id) };
}

/** Why a look found nothing to go by, as one sentence; null where it did. */
export function discoveryError({ domain, srv, mx }: DomainObservation): string | null {
  if (domainIsMissing(mx)) return `${domain} does not exist in DNS: check how it is written.`;
  const seen = mx.ok || srv.some(({ lookup }) => lookup.ok);
  return seen ? null : `No name server gave an answer about ${domain}; Latchwatch tries again.`;
}

/** Ends the requests that a look answers. */
export async function finishDiscovery(
  tx: Transaction,
  done: { readonly started: StartedDiscovery; readonly observation: DomainObservation; readonly now: number },
): Promise<void> {
  const error = discoveryError(done.observation);
  const state = error === null ? 'done' : 'failed';
  await tx.$executeRaw`
    UPDATE discovery SET state = ${state}, error = ${error === null ? null : storableText(error)},
      finished_at = ${new Date(done.now)}, observation = ${storableJson(done.observation)}::jsonb
    WHERE id = ANY(${[...done.started.discoveryIds]}::text[])`;
}

/**
 * Brings a domain's endpoints up to what DNS said: new ones are probed at once, ones that DNS does not name any more
 * are taken off. What was not seen, what a person added and what a person dismissed stays as it was.
 */
export async function saveDiscovered(
  tx: Transaction,
  run: {
    readonly domainId: string;
    readonly observation: DomainObservation;
    /** A person waits for it. */
    readonly asked: boolean;
    readonly findFinding: FindFinding;
    readonly now: number;
  },
): Promise<void> {
  const { domainId, observation, now } = run;
  const at = new Date(now);
  const found = distinctTargets(observation.endpoints);
  const ids = new Map<string, string>();
  for (const [key, endpoint] of found) ids.set(key, await keepEndpoint(tx, endpoint.target, at));
  const endpointIds = [...ids.values()];
  await tx.$queryRaw`SELECT id FROM endpoint WHERE id = ANY(${endpointIds}::text[]) ORDER BY id FOR UPDATE`;
  const promised = await findPromised(tx, { domainId, ids, found });
  for (const [key, { origin, priority, weight }] of found) {
    const endpointId = ids.get(key);
    if (endpointId === undefined) continue;
    await tx.$executeRaw`
      INSERT INTO domain_endpoint (domain_id, endpoint_id, origin, priority, weight, first_seen, last_seen)
      VALUES (${domainId}, ${endpointId}, ${origin}, ${priority}, ${weight}, ${at}, ${at})
      ON CONFLICT (domain_id, endpoint_id) DO UPDATE SET
        origin = EXCLUDED.origin, priority = EXCLUDED.priority, weight = EXCLUDED.weight,
        last_seen = EXCLUDED.last_seen, removed_at = NULL
      WHERE NOT domain_endpoint.dismissed
        AND NOT (domain_endpoint.origin = 'manual' AND domain_endpoint.removed_at IS NULL
          AND (NOT domain_endpoint.declared OR EXCLUDED.origin = 'guess'))`;
  }
  await scheduleProbes(tx, { endpointIds, promised, asked: run.asked });
  const links = await tx.domainEndpoint.findMany({
    where: { domainId, removedAt: null, origin: { not: 'manual' }, endpointId: { notIn: endpointIds } },
    include: { endpoint: true },
  });
  const gone = links.filter((link) =>
    wasLookedFor(observation, { ...linkRow.parse(link.endpoint), origin: link.origin }),
  );
  // What an inventory names stays, whatever DNS says of it.
  const keptIds = gone.filter(({ declared }) => declared).map(({ endpointId }) => endpointId);
  await tx.domainEndpoint.updateMany({
    where: { domainId, endpointId: { in: keptIds } },
    data: { origin: 'manual', priority: null, weight: null },
  });
  const goneIds = gone.filter(({ declared }) => !declared).map(({ endpointId }) => endpointId);
  await tx.domainEndpoint.updateMany({ where: { domainId, endpointId: { in: goneIds } }, data: { removedAt: at } });
  await retireUnwatched(tx, { endpointIds: goneIds, findFinding: run.findFinding, now });
}

const linkRow = z.object({ service: z.enum(services), tlsMode: z.enum(tlsModes), host: z.string() });

/** The best way to each target first: the same port may be named twice. */
function distinctTargets(endpoints: readonly DiscoveredEndpoint[]): ReadonlyMap<string, DiscoveredEndpoint> {
  const byKey = new Map<string, DiscoveredEndpoint>();
  for (const endpoint of endpoints) {
    const key = endpointKey(endpoint.target);
    if (!byKey.has(key)) byKey.set(key, endpoint);
  }
  return new Map([...byKey].toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

async function keepEndpoint(tx: Transaction, target: EndpointTarget, createdAt: Date): Promise<string> {
  const { service, tlsMode, host, port } = target;
  await tx.endpoint.createMany({
    data: [{ id: randomUUID(), service, tlsMode, host, port, createdAt }],
    skipDuplicates: true,
  });
  const { id } = await tx.endpoint.findUniqueOrThrow({
    where: { service_tlsMode_host_port: { service, tlsMode, host, port } },
    select: { id: true },
  });
  return id;
}

/** Endpoints that were guesses until now and that a record names: they are looked at like any other from now on. */
async function findPromised(
  tx: Transaction,
  wanted: {
    readonly domainId: string;
    readonly ids: ReadonlyMap<string, string>;
    readonly found: ReadonlyMap<string, DiscoveredEndpoint>;
  },
): Promise<ReadonlySet<string>> {
  const named = [...wanted.found].flatMap(([key, { origin }]) =>
    origin === 'guess' ? [] : (wanted.ids.get(key) ?? []),
  );
  const guesses = await tx.domainEndpoint.findMany({
    where: { domainId: wanted.domainId, endpointId: { in: named }, origin: 'guess', removedAt: null, dismissed: false },
    select: { endpointId: true },
  });
  return new Set(guesses.map(({ endpointId }) => endpointId));
}

/** A first probe is due at once, and so is one of what was only a guess. Others that are on the list keep their time. */
async function scheduleProbes(
  tx: Transaction,
  {
    endpointIds,
    promised,
    asked,
  }: {
    readonly endpointIds: readonly string[];
    readonly promised: ReadonlySet<string>;
    readonly asked: boolean;
  },
): Promise<void> {
  const living = await tx.endpoint.findMany({
    where: { id: { in: [...endpointIds] }, domains: { some: { removedAt: null, dismissed: false } } },
    select: { id: true },
  });
  const listed = await tx.task.findMany({
    where: { kind: 'probe', ref: { in: living.map(({ id }) => id) } },
    select: { ref: true },
  });
  const known = new Set(listed.map(({ ref }) => ref));
  for (const { id } of living) {
    if (!known.has(id) || promised.has(id))
      await enqueueTask(tx, { kind: 'probe', ref: id, inMs: 0, priority: asked ? urgent : 0 });
  }
}

/** Whether the lookup that would have named this endpoint was answered. A domain that is gone as a whole proves nothing. */
function wasLookedFor(
  observation: DomainObservation,
  link: Pick<EndpointTarget, 'service' | 'tlsMode' | 'host'> & { readonly origin: string },
): boolean {
  if (domainIsMissing(observation.mx)) return false;
  if (link.origin === 'autoconfig') return documentsWereSeen(observation);
  if (link.service === 'smtp') return observation.mx.ok;
  const label = findServiceRow(link.service, link.tlsMode)?.srvLabel ?? null;
  const srv = observation.srv.find((item) => item.label === label)?.lookup;
  if (srv?.ok !== true) return false;
  if (link.origin !== 'guess' || srv.facts.records.length > 0) return true;
  const host = observation.hosts.find((item) => item.host === link.host);
  return host === undefined || isAnswered(host.addresses);
}

/** Whether autoconfig and autodiscover said something, or that there is none. */
function documentsWereSeen({ domain, configuration }: DomainObservation): boolean {
  if (configuration === undefined) return false;
  return [readAutoconfig(configuration, domain), readAutodiscover(configuration)].every(
    ({ state }) => state !== 'unseen' && state !== 'unreadable',
  );
}

function isAnswered(addresses: Seen<readonly string[]>): boolean {
  return addresses.ok || addresses.failure.reason === 'nxdomain' || addresses.failure.reason === 'no-address';
}

function domainIsMissing(mx: DomainObservation['mx']): boolean {
  return mx.ok ? mx.facts.rcode === 'NXDOMAIN' : mx.failure.reason === 'nxdomain';
}
