import type { Transaction } from '../client.ts';
import { resolveUnmonitored } from './incidents.ts';
import { dropTasks, requestTask, urgent } from './tasks.ts';

/** An endpoint that some domain has: it keeps the zone of its host on the watch. */
export const watchedEndpoint = { domains: { some: { removedAt: null, dismissed: false } } } as const;

/** Makes the next look at each zone of a domain and of its endpoints' hosts due now, before all scheduled work. */
export async function requestZones(
  db: Transaction,
  { domainId, now }: { readonly domainId: string; readonly now: Date },
): Promise<void> {
  const zones = await db.zone.findMany({
    where: {
      OR: [
        { domains: { some: { domainId } } },
        { endpoints: { some: { domains: { some: { domainId, removedAt: null, dismissed: false } } } } },
      ],
    },
    select: { id: true },
    orderBy: { id: 'asc' },
  });
  for (const { id } of zones) await requestZone(db, { zoneId: id, now });
}

/** Makes the next look at one zone due now, before all scheduled work. */
export async function requestZone(
  db: Transaction,
  { zoneId, now }: { readonly zoneId: string; readonly now: Date },
): Promise<void> {
  await requestTask(db, { kind: 'zone', ref: zoneId, dueAt: now, priority: urgent });
}

/**
 * Takes those of the zones off the watch that no domain and no endpoint lies in any more. Their incidents end as no
 * longer monitored. Call it in a transaction, after the links are gone.
 */
export async function dropUnneededZones(
  db: Transaction,
  options: { readonly zoneIds: readonly string[]; readonly actor: string; readonly now: Date },
): Promise<void> {
  const { actor, now } = options;
  for (const zoneId of [...new Set(options.zoneIds)].toSorted()) {
    // First the task, as a run that goes on at this moment does. Then the zone: whoever takes it up meanwhile comes after.
    await db.$queryRaw`SELECT id FROM task WHERE kind = 'zone' AND ref = ${zoneId} FOR UPDATE`;
    await db.$queryRaw`SELECT id FROM zone WHERE id = ${zoneId} FOR UPDATE`;
    const needed = { OR: [{ domains: { some: {} } }, { endpoints: { some: watchedEndpoint } }] };
    if ((await db.zone.count({ where: { id: zoneId, ...needed } })) > 0) continue;
    await dropTasks(db, 'zone', [zoneId]);
    await resolveUnmonitored(db, { endpointIds: [], domainId: null, zoneId, actor, now });
    await db.finding.updateMany({ where: { zoneId, endedAt: null }, data: { endedAt: now } });
  }
}
