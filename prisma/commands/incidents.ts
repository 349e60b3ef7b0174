import { z } from 'zod';
import { placeText } from '#lib/incidents/explain.ts';
import { acknowledgementMs } from '#lib/incidents/notify.ts';
import { causeIdentity } from '#lib/model/incident.ts';
import type { Transaction } from '../client.ts';
import { lockCauses, releaseExplained } from './incident-causes.ts';

export type Acknowledgement =
  | { readonly outcome: 'acknowledged' | 'already-acknowledged' }
  /** `state` is the engine's word: a suspect incident is not shown, a recovering or resolved one needs nobody. */
  | { readonly outcome: 'not-firing'; readonly state: string }
  | { readonly outcome: 'not-found' };

/**
 * Notes that a person takes care, for a day. It stays open until probes see it gone. Of what hangs under another incident,
 * that one is taken: it is what people were told of. Call it in a transaction.
 */
export async function acknowledgeIncident(
  db: Transaction,
  { incidentId, actor, now }: { readonly incidentId: string; readonly actor: string; readonly now: Date },
): Promise<Acknowledgement> {
  const id = await findRoot(db, incidentId);
  const { count } = await db.incident.updateMany({
    where: { id, state: 'firing' },
    data: {
      state: 'acknowledged',
      acknowledgedAt: now,
      acknowledgedBy: actor,
      acknowledgedUntil: new Date(now.getTime() + acknowledgementMs),
      updatedAt: now,
      version: { increment: 1 },
    },
  });
  if (count === 1) {
    await db.incidentEvent.create({ data: { incidentId: id, kind: 'acknowledged', at: now, actor, data: {} } });
    return { outcome: 'acknowledged' };
  }
  const incident = await db.incident.findUnique({ where: { id }, select: { state: true } });
  if (incident === null || incident.state === 'suspect') return { outcome: 'not-found' };
  if (incident.state === 'acknowledged') return { outcome: 'already-acknowledged' };
  return { outcome: 'not-firing', state: incident.state };
}

/** More than the order of causes has levels. */
const maxSteps = 10;

/** The incident that speaks for another; itself where none does, or where that one is over. */
async function findRoot(db: Transaction, incidentId: string): Promise<string> {
  let id = incidentId;
  for (let step = 0; step < maxSteps; step += 1) {
    const incident = await db.incident.findUnique({
      where: { id },
      select: { root: { select: { id: true, state: true } } },
    });
    const root = incident?.root ?? null;
    if (root === null || root.state === 'resolved') return id;
    id = root.id;
  }
  return id;
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
      unstableSince: null,
      updatedAt: now,
      version: { increment: 1 },
    },
    select: { id: true, code: true, cause: true },
  });
  await noteEnd(db, { ids: ended.map(({ id }) => id), actor, now });
  const causes = ended.flatMap(({ code, cause }) => (cause === null ? [] : causeIdentity(code, cause).dedupKey));
  const over = await endCauses(db, { dedupKeys: [...new Set(causes)], actor, now });
  await releaseExplained(db, { rootIds: [...ended.map(({ id }) => id), ...over], now: now.getTime() });
}

/** Takes what is watched no more out of the incidents that it shared; gives those that ended with it. */
async function endCauses(
  db: Transaction,
  options: { readonly dedupKeys: readonly string[]; readonly actor: string; readonly now: Date },
): Promise<readonly string[]> {
  const { dedupKeys, actor, now } = options;
  if (dedupKeys.length === 0) return [];
  await lockCauses(db, dedupKeys);
  const shared = await db.incident.findMany({
    where: { dedupKey: { in: [...dedupKeys] }, state: { notIn: ['suspect', 'resolved'] } },
    select: {
      id: true,
      affected: true,
      attached: {
        where: { state: { notIn: ['suspect', 'resolved'] }, endpointId: { not: null } },
        select: { cause: true, endpoint: { select: { host: true, port: true } } },
      },
      cause: true,
    },
    orderBy: { id: 'asc' },
  });
  const over: string[] = [];
  for (const { id, cause, attached, ...before } of shared) {
    const members = attached.filter((incident) => incident.cause === cause);
    const subjects = members.flatMap(({ endpoint }) => (endpoint === null ? [] : placeText(endpoint)));
    const left = [...new Set(subjects)].toSorted();
    if (left.length === 0) over.push(id);
    else {
      const removed = subjectList.parse(before.affected).filter((subject) => !left.includes(subject));
      await db.incident.update({
        where: { id },
        data: { affected: left, updatedAt: now, version: { increment: 1 } },
      });
      await db.incidentEvent.createMany({
        data: removed.map((subject) => ({
          ...{ incidentId: id, kind: 'subject-removed', at: now, actor, data: { subject } },
        })),
      });
    }
  }
  await db.incident.updateMany({
    where: { id: { in: over } },
    data: {
      state: 'resolved',
      resolvedAt: now,
      resolution: noLongerMonitored,
      unstableSince: null,
      updatedAt: now,
      version: { increment: 1 },
    },
  });
  await noteEnd(db, { ids: over, actor, now });
  return over;
}

const subjectList = z.array(z.string());

async function noteEnd(
  db: Transaction,
  { ids, actor, now }: { readonly ids: readonly string[]; readonly actor: string; readonly now: Date },
): Promise<void> {
  await db.incidentEvent.createMany({
    data: ids.map((incidentId) => ({
      incidentId,
      kind: 'resolved',
      at: now,
      actor,
      data: { resolution: noLongerMonitored },
    })),
  });
}
