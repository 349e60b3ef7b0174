import { randomUUID } from 'node:crypto';
import type { Transaction } from '#prisma/client.ts';
import { noLongerMonitored } from '#prisma/commands/incidents.ts';
import { dropTasks, urgent } from '#prisma/commands/tasks.ts';
import { watchedEndpoint } from '#prisma/commands/zones.ts';
import { withdrawIncidents, type DecideInput } from '#lib/incidents/decide.ts';
import { worstVerdict, type Judgement } from '#lib/model/finding.ts';
import type { DomainObservation } from '#lib/model/observation.ts';
import { zonesOfDomain } from '#lib/model/watched-zones.ts';
import type { ZoneNames } from '#lib/model/zone-questions.ts';
import { loadIncidents, saveDecisions } from './incidents.ts';

/** A zone with the names in it that mail needs. */
export interface WatchedZone extends ZoneNames {
  readonly id: string;
  /** False: no domain and no endpoint lies in it any more. */
  readonly watched: boolean;
}

/** More names than one run asks for; a provider's zone may hold thousands. */
const maxNames = 200;

/** A zone with what to ask of it; null where there is none. */
export async function loadZone(db: Transaction, id: string): Promise<WatchedZone | null> {
  const row = await db.zone.findUnique({
    where: { id },
    include: {
      domains: {
        select: { domain: { select: { name: true } } },
        orderBy: { domain: { name: 'asc' } },
        take: maxNames,
      },
      endpoints: {
        where: watchedEndpoint,
        select: { host: true, port: true },
        orderBy: [{ host: 'asc' }, { port: 'asc' }],
        take: maxNames,
      },
    },
  });
  if (row === null) return null;
  const { name, domains, endpoints } = row;
  const below = await db.zone.findMany({
    where: { name: { endsWith: `.${name}` } },
    select: { name: true },
    orderBy: { name: 'asc' },
    take: maxNames,
  });
  return {
    id,
    zone: name,
    watched: domains.length > 0 || endpoints.length > 0,
    domains: domains.map(({ domain }) => domain.name),
    endpoints,
    cuts: below.map((zone) => zone.name),
  };
}

/** Notes when a zone was observed last and the worst of what was judged. */
export async function saveObserved(
  tx: Transaction,
  observed: { readonly zoneId: string; readonly at: number; readonly judgements: readonly Judgement[] },
): Promise<void> {
  await tx.zone.update({
    where: { id: observed.zoneId },
    data: {
      lastObservedAt: new Date(observed.at),
      lastVerdict: worstVerdict(observed.judgements.map(({ verdict }) => verdict)),
    },
  });
}

/** Brings the zones of a domain's own names up to what DNS said. What was not told stays as it was. */
export async function saveDomainZones(
  tx: Transaction,
  run: {
    readonly domainId: string;
    readonly observation: DomainObservation;
    /** A person waits for it. */
    readonly asked: boolean;
    readonly findFinding: DecideInput['findFinding'];
    readonly now: number;
  },
): Promise<void> {
  const { domainId, asked, findFinding, now } = run;
  const { zones, complete } = zonesOfDomain(run.observation);
  const at = new Date(now);
  const kept: string[] = [];
  for (const name of zones) {
    const zoneId = await insertZone(tx, { name, at });
    kept.push(zoneId);
    await tx.domainZone.upsert({
      where: { domainId_zoneId: { domainId, zoneId } },
      create: { domainId, zoneId, firstSeen: at, lastSeen: at },
      update: { lastSeen: at },
    });
    await listTask(tx, { zoneId, asked });
  }
  if (!complete) return;
  const left = { domainId, zoneId: { notIn: kept } };
  const gone = await tx.domainZone.findMany({ where: left, select: { zoneId: true } });
  await tx.domainZone.deleteMany({ where: left });
  await retireUnneededZones(tx, { zoneIds: gone.map(({ zoneId }) => zoneId), findFinding, now });
}

/** Notes the zone that the host of an endpoint lies in. The one it was in before may be needed no more. */
export async function saveHostZone(
  tx: Transaction,
  run: {
    readonly endpointId: string;
    /** Apex. */
    readonly zone: string;
    readonly findFinding: DecideInput['findFinding'];
    readonly now: number;
  },
): Promise<void> {
  const { endpointId, zone, findFinding, now } = run;
  const before = await tx.endpoint.findUniqueOrThrow({ where: { id: endpointId }, select: { zoneId: true } });
  const zoneId = await insertZone(tx, { name: zone, at: new Date(now) });
  await tx.endpoint.update({ where: { id: endpointId }, data: { zoneId } });
  await listTask(tx, { zoneId, asked: false });
  if (before.zoneId === null || before.zoneId === zoneId) return;
  await retireUnneededZones(tx, { zoneIds: [before.zoneId], findFinding, now });
}

/**
 * Takes those zones off the watch that no domain and no endpoint lies in any more: they are not looked at again,
 * findings end, incidents resolve as no longer monitored.
 */
export async function retireUnneededZones(
  tx: Transaction,
  options: {
    readonly zoneIds: readonly string[];
    readonly findFinding: DecideInput['findFinding'];
    readonly now: number;
  },
): Promise<void> {
  const { findFinding, now } = options;
  for (const zoneId of [...new Set(options.zoneIds)].toSorted()) {
    // First the task, as a run that goes on at this moment does. Then the zone: whoever takes it up meanwhile comes after.
    await tx.$queryRaw`SELECT id FROM task WHERE kind = 'zone' AND ref = ${zoneId} FOR UPDATE`;
    await tx.$queryRaw`SELECT id FROM zone WHERE id = ${zoneId} FOR UPDATE`;
    const zone = await loadZone(tx, zoneId);
    if (zone === null || zone.watched) continue;
    await dropTasks(tx, 'zone', [zoneId]);
    const subject = { kind: 'zone', zone: zone.zone } as const;
    const owner = { endpointId: null, domainId: null, zoneId };
    const known = await loadIncidents(tx, { ...owner, subject, codes: [] });
    const decisions = withdrawIncidents({ subject, known, findFinding, now, resolution: noLongerMonitored });
    await saveDecisions(tx, { ...owner, decisions, now });
    await tx.finding.updateMany({ where: { zoneId, endedAt: null }, data: { endedAt: new Date(now) } });
  }
}

async function insertZone(
  tx: Transaction,
  { name, at }: { readonly name: string; readonly at: Date },
): Promise<string> {
  await tx.zone.createMany({ data: [{ id: randomUUID(), name, createdAt: at }], skipDuplicates: true });
  const { id } = await tx.zone.findUniqueOrThrow({ where: { name }, select: { id: true } });
  return id;
}

/** A zone that is new is looked at once; one that is on the list keeps its time. After the link: see `retireUnneededZones`. */
async function listTask(
  tx: Transaction,
  { zoneId, asked }: { readonly zoneId: string; readonly asked: boolean },
): Promise<void> {
  await tx.$executeRaw`
    INSERT INTO task (kind, ref, due_at, priority) VALUES ('zone', ${zoneId}, now(), ${asked ? urgent : 0})
    ON CONFLICT (kind, ref) DO NOTHING`;
}
