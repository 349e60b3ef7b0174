import { randomUUID } from 'node:crypto';
import type { Transaction } from '../client.ts';
import { resolveUnmonitored } from './incidents.ts';
import { dropTasks, requestTask, urgent } from './tasks.ts';
import { dropUnneededZones, requestZones } from './zones.ts';

export interface RequestedDiscovery {
  readonly domainId: string;
  readonly discoveryId: string;
  /** False: the domain was known already. */
  readonly created: boolean;
}

/**
 * Puts a mail domain under watch and asks for its discovery. For a domain that is known it only asks for a new look.
 * `name` is in A-label form, as `parseDomainName` gives it. Call it in a transaction.
 */
export async function addDomain(
  db: Transaction,
  { name, actor, now }: { readonly name: string; readonly actor: string; readonly now: Date },
): Promise<RequestedDiscovery> {
  const id = randomUUID();
  const { count } = await db.domain.createMany({
    data: [{ id, name, createdBy: actor, createdAt: now }],
    skipDuplicates: true,
  });
  const { id: domainId } = await db.domain.findUniqueOrThrow({ where: { name }, select: { id: true } });
  const discoveryId = await requestDiscovery(db, { domainId, actor, now });
  return { domainId, discoveryId, created: count === 1 };
}

/** Asks for a look at what DNS says now of the domain and of the zones of its mail. One that waits already is the answer to a second request. */
export async function requestDiscovery(
  db: Transaction,
  { domainId, actor, now }: { readonly domainId: string; readonly actor: string; readonly now: Date },
): Promise<string> {
  // Two requests at once must not queue two: the row of the domain is the turnstile.
  await db.$queryRaw`SELECT id FROM domain WHERE id = ${domainId} FOR UPDATE`;
  const waiting = await db.discovery.findFirst({ where: { domainId, state: 'queued' }, select: { id: true } });
  const discoveryId = waiting?.id ?? randomUUID();
  if (waiting === null) {
    await db.discovery.create({ data: { id: discoveryId, domainId, requestedAt: now, requestedBy: actor } });
  }
  await requestTask(db, { kind: 'discover', ref: domainId, dueAt: now, priority: urgent });
  await requestZones(db, { domainId, now });
  return discoveryId;
}

/**
 * Takes a domain off the watch, with those of its endpoints and zones that no other domain has. Their incidents end as no longer
 * monitored. Call it in a transaction. False: there is no such domain.
 */
export async function removeDomain(
  db: Transaction,
  { domainId, actor, now }: { readonly domainId: string; readonly actor: string; readonly now: Date },
): Promise<boolean> {
  const links = await db.domainEndpoint.findMany({ where: { domainId }, select: { endpointId: true } });
  const endpointIds = links.map((link) => link.endpointId);
  const others = await db.domainEndpoint.findMany({
    where: { endpointId: { in: endpointIds }, domainId: { not: domainId } },
    select: { endpointId: true, removedAt: true },
  });
  const watched = new Set(others.filter((link) => link.removedAt === null).map((link) => link.endpointId));
  const remembered = new Set(others.map((link) => link.endpointId));
  const unwatched = endpointIds.filter((id) => !watched.has(id));
  const zones = await db.zone.findMany({
    where: { OR: [{ domains: { some: { domainId } } }, { endpoints: { some: { id: { in: unwatched } } } }] },
    select: { id: true },
  });
  await resolveUnmonitored(db, { endpointIds: unwatched, domainId, zoneId: null, actor, now });
  await dropTasks(db, 'probe', unwatched);
  await dropTasks(db, 'scan', unwatched);
  await dropTasks(db, 'discover', [domainId]);
  const { count } = await db.domain.deleteMany({ where: { id: domainId } });
  // One that another domain's owner dismissed stays as a row, or discovery would bring it back there.
  await db.endpoint.deleteMany({ where: { id: { in: unwatched.filter((id) => !remembered.has(id)) } } });
  await db.endpoint.updateMany({ where: { id: { in: unwatched } }, data: { zoneId: null } });
  await dropUnneededZones(db, { zoneIds: zones.map(({ id }) => id), actor, now });
  return count === 1;
}
