import { randomUUID } from 'node:crypto';
import type { EndpointTarget, Origin } from '#lib/model/endpoint.ts';
import type { Transaction } from '../client.ts';
import { resolveUnmonitored } from './incidents.ts';
import { dropTasks, requestTask, urgent } from './tasks.ts';
import { dropUnneededZones } from './zones.ts';

/**
 * Puts an endpoint under watch for a domain because a person said so, and probes it at once. One that was dismissed
 * comes back. `created` is false when the domain had it already. Call it in a transaction.
 */
export async function addEndpoint(
  db: Transaction,
  { domainId, target, now }: { readonly domainId: string; readonly target: EndpointTarget; readonly now: Date },
): Promise<{ readonly endpointId: string; readonly created: boolean }> {
  const endpointId = await keepEndpoint(db, { target, now });
  const link = await db.domainEndpoint.findUnique({ where: { domainId_endpointId: { domainId, endpointId } } });
  const living = link !== null && link.removedAt === null;
  const manual = { origin: 'manual', priority: null, weight: null, lastSeen: now, removedAt: null, dismissed: false };
  if (!living) {
    await db.domainEndpoint.upsert({
      where: { domainId_endpointId: { domainId, endpointId } },
      create: { domainId, endpointId, firstSeen: now, ...manual },
      update: manual,
    });
  }
  await requestProbe(db, { endpointId, now });
  return { endpointId, created: !living };
}

async function keepEndpoint(
  db: Transaction,
  { target, now }: { readonly target: EndpointTarget; readonly now: Date },
): Promise<string> {
  const { service, tlsMode, host, port } = target;
  await db.endpoint.createMany({
    data: [{ id: randomUUID(), service, tlsMode, host, port, createdAt: now }],
    skipDuplicates: true,
  });
  const { id } = await db.endpoint.findUniqueOrThrow({
    where: { service_tlsMode_host_port: { service, tlsMode, host, port } },
    select: { id: true },
  });
  return id;
}

/**
 * Puts an endpoint under watch for a domain because a record or a document names it, and probes it at once. One that was
 * dismissed comes back; one that a person added stays that person's. Call it in a transaction. Gives its id.
 */
export async function addFoundEndpoint(
  db: Transaction,
  found: {
    readonly domainId: string;
    readonly target: EndpointTarget;
    readonly origin: Origin;
    readonly priority: number | null;
    readonly weight: number | null;
    readonly now: Date;
  },
): Promise<string> {
  const { domainId, target, origin, priority, weight, now } = found;
  const endpointId = await keepEndpoint(db, { target, now });
  await db.$executeRaw`
    INSERT INTO domain_endpoint (domain_id, endpoint_id, origin, priority, weight, first_seen, last_seen)
    VALUES (${domainId}, ${endpointId}, ${origin}, ${priority}, ${weight}, ${now}, ${now})
    ON CONFLICT (domain_id, endpoint_id) DO UPDATE SET
      origin = EXCLUDED.origin, priority = EXCLUDED.priority, weight = EXCLUDED.weight,
      last_seen = EXCLUDED.last_seen, removed_at = NULL, dismissed = false
    WHERE domain_endpoint.removed_at IS NOT NULL OR domain_endpoint.origin <> 'manual'`;
  await requestProbe(db, { endpointId, now });
  return endpointId;
}

/**
 * Takes an endpoint off one domain, or off all where `domainId` is null, so that discovery does not bring it back.
 * Without a domain left it is no longer probed and its incidents end. Call it in a transaction. False: nothing to take.
 */
export async function removeEndpoint(
  db: Transaction,
  options: {
    readonly endpointId: string;
    readonly domainId: string | null;
    readonly actor: string;
    readonly now: Date;
  },
): Promise<boolean> {
  const { endpointId, domainId, actor, now } = options;
  const { count } = await db.domainEndpoint.updateMany({
    where: { endpointId, removedAt: null, ...(domainId === null ? {} : { domainId }) },
    data: { removedAt: now, dismissed: true },
  });
  const left = await db.domainEndpoint.count({ where: { endpointId, removedAt: null } });
  if (left === 0) {
    await resolveUnmonitored(db, { endpointIds: [endpointId], domainId: null, zoneId: null, actor, now });
    await db.finding.updateMany({ where: { endpointId, endedAt: null }, data: { endedAt: now } });
    await dropTasks(db, 'probe', [endpointId]);
    await dropTasks(db, 'scan', [endpointId]);
    const zones = await db.zone.findMany({
      where: { endpoints: { some: { id: endpointId } } },
      select: { id: true },
    });
    await db.endpoint.updateMany({ where: { id: endpointId }, data: { zoneId: null } });
    await dropUnneededZones(db, { zoneIds: zones.map(({ id }) => id), actor, now });
  }
  return count > 0;
}

/** Makes the next probe due now, before all scheduled work. */
export async function requestProbe(
  db: Transaction,
  { endpointId, now }: { readonly endpointId: string; readonly now: Date },
): Promise<void> {
  await requestTask(db, { kind: 'probe', ref: endpointId, dueAt: now, priority: urgent });
}

/** Makes the next deep scan due now, before all scheduled work. */
export async function requestScan(
  db: Transaction,
  { endpointId, now }: { readonly endpointId: string; readonly now: Date },
): Promise<void> {
  await requestTask(db, { kind: 'scan', ref: endpointId, dueAt: now, priority: urgent });
}
