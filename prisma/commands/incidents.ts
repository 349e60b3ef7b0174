import type { Transaction } from '../client.ts';

export type Acknowledgement =
  | { readonly outcome: 'acknowledged' | 'already-acknowledged' }
  /** `state` is the engine's word: a suspect incident is not shown, a recovering or resolved one needs nobody. */
  | { readonly outcome: 'not-firing'; readonly state: string }
  | { readonly outcome: 'not-found' };

/** Notes that a person takes care. It stays open until probes see it gone. Call it in a transaction. */
export async function acknowledgeIncident(
  db: Transaction,
  { incidentId, actor, now }: { readonly incidentId: string; readonly actor: string; readonly now: Date },
): Promise<Acknowledgement> {
  const { count } = await db.incident.updateMany({
    where: { id: incidentId, state: 'firing' },
    data: {
      state: 'acknowledged',
      acknowledgedAt: now,
      acknowledgedBy: actor,
      updatedAt: now,
      version: { increment: 1 },
    },
  });
  if (count === 1) {
    await db.incidentEvent.create({ data: { incidentId, kind: 'acknowledged', at: now, actor, data: {} } });
    return { outcome: 'acknowledged' };
  }
  const incident = await db.incident.findUnique({ where: { id: incidentId }, select: { state: true } });
  if (incident === null || incident.state === 'suspect') return { outcome: 'not-found' };
  if (incident.state === 'acknowledged') return { outcome: 'already-acknowledged' };
  return { outcome: 'not-firing', state: incident.state };
}

/** What an incident ends with when its subject was taken off the watch. */
export const noLongerMonitored = 'no longer monitored';

/**
 * Ends the incidents of endpoints, of a domain and of a zone that are watched no more; a mere suspicion is forgotten. No mail goes
 * out: the person who took it off knows.
 */
export async function resolveUnmonitored(
  db: Transaction,
  options: {
    readonly endpointIds: readonly string[];
    readonly domainId: string | null;
    readonly zoneId: string | null;
    readonly actor: string;
    readonly now: Date;
  },
): Promise<void> {
  const { endpointIds, domainId, zoneId, actor, now } = options;
  const subject = {
    OR: [
      { endpointId: { in: [...endpointIds] } },
      ...(domainId === null ? [] : [{ domainId }]),
      ...(zoneId === null ? [] : [{ zoneId }]),
    ],
  };
  await db.incident.deleteMany({ where: { ...subject, state: 'suspect' } });
  const ended = await db.incident.updateManyAndReturn({
    where: { ...subject, state: { not: 'resolved' } },
    data: {
      state: 'resolved',
      resolvedAt: now,
      resolution: noLongerMonitored,
      updatedAt: now,
      version: { increment: 1 },
    },
    select: { id: true },
  });
  await db.incidentEvent.createMany({
    data: ended.map(({ id }) => ({
      incidentId: id,
      kind: 'resolved',
      at: now,
      actor,
      data: { resolution: noLongerMonitored },
    })),
  });
}
