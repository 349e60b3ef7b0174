import { z } from 'zod';
import { readStoredJson } from '#lib/model/stored-text.ts';
import type { Verdict } from '#lib/model/finding.ts';
import type { ZoneObservation } from '#lib/model/zone-observation.ts';
import { zoneObservation } from '#lib/model/zone-observation-schema.ts';
import { zoneIntervalSeconds } from '#lib/model/zone-interval.ts';
import { watchedEndpoint } from '#prisma/commands/zones.ts';
import { readWebSettings } from '#app/_auth/web-settings.ts';
import { database } from './database.ts';
import type { FindingRecord } from './findings.ts';
import { listFindings } from './findings.ts';
import type { IncidentRecord } from './incidents.ts';
import { listOpenIncidentsOf } from './incidents.ts';
import { readVerdict } from './read-word.ts';
import type { Freshness } from './staleness.ts';
import { freshnessOf } from './staleness.ts';

/** A zone as lists show it. */
export interface ZoneRecord {
  readonly id: string;
  /** Apex. */
  readonly name: string;
  /** False: no domain and no endpoint lies in it any more, so it is not looked at. */
  readonly watched: boolean;
  /** Domains whose names lie in it, by name; at most 50. */
  readonly domains: readonly string[];
  /** Hosts of watched endpoints in it, by name; at most 50. */
  readonly hosts: readonly string[];
  readonly lastObservedAt: Date | null;
  readonly lastVerdict: Verdict | null;
  readonly freshness: Freshness;
  readonly createdAt: Date;
}

/** What the latest run of a zone saw and what holds of it now. */
export interface ZoneEvidence {
  /** Null before the first run. */
  readonly observation: ZoneObservation | null;
  readonly findings: readonly FindingRecord[];
  /** Open ones of the zone itself, the worst first. */
  readonly incidents: readonly IncidentRecord[];
}

const maxNames = 50;

const watchedZone = { OR: [{ domains: { some: {} } }, { endpoints: { some: watchedEndpoint } }] };

const related = {
  domains: {
    select: { domain: { select: { name: true } } },
    orderBy: { domain: { name: 'asc' } },
    take: maxNames,
  },
  endpoints: {
    where: watchedEndpoint,
    select: { host: true },
    distinct: 'host',
    orderBy: { host: 'asc' },
    take: maxNames,
  },
} as const;

function findRow(name: string) {
  return database().zone.findUnique({ where: { name }, include: related });
}

function toRecord(row: NonNullable<Awaited<ReturnType<typeof findRow>>>, now: Date): ZoneRecord {
  const { id, name, createdAt, lastObservedAt, lastVerdict, domains, endpoints } = row;
  const intervalSeconds = zoneIntervalSeconds(readWebSettings().intervalSeconds);
  return {
    id,
    name,
    watched: domains.length > 0 || endpoints.length > 0,
    domains: domains.map(({ domain }) => domain.name),
    hosts: endpoints.map(({ host }) => host),
    lastObservedAt,
    lastVerdict: lastVerdict === null ? null : readVerdict(lastVerdict),
    freshness: freshnessOf(lastObservedAt, { now, intervalSeconds, lastVerdict }),
    createdAt,
  };
}

/** One zone by its apex in A-label form, also one that is not watched any more; null: there is none. */
export async function findZone(name: string, now: Date): Promise<ZoneRecord | null> {
  const row = await findRow(name);
  return row === null ? null : toRecord(row, now);
}

/** Watched zones by name; `after` is the last name of the page before. */
export async function listZones(query: {
  readonly after: string | null;
  readonly limit: number;
  readonly now: Date;
}): Promise<{ readonly zones: readonly ZoneRecord[]; readonly next: string | null }> {
  const { after, limit, now } = query;
  const rows = await database().zone.findMany({
    where: { ...watchedZone, ...(after === null ? {} : { name: { gt: after } }) },
    include: related,
    orderBy: { name: 'asc' },
    take: limit + 1,
  });
  const zones = rows.slice(0, limit).map((row) => toRecord(row, now));
  return { zones, next: rows.length > limit ? (zones.at(-1)?.name ?? null) : null };
}

/** The zones that a domain's mail depends on, by name: those of its own names and of its endpoints' hosts; at most 50. */
export async function listZonesOf(domainId: string, now: Date): Promise<readonly ZoneRecord[]> {
  const rows = await database().zone.findMany({
    where: {
      OR: [
        { domains: { some: { domainId } } },
        { endpoints: { some: { domains: { some: { domainId, removedAt: null, dismissed: false } } } } },
      ],
    },
    include: related,
    orderBy: { name: 'asc' },
    take: maxNames,
  });
  return rows.map((row) => toRecord(row, now));
}

const storedRun = z.tuple([z.object({ evidence: z.string() })]);

/** The latest run of a zone, whichever worker made it, with its findings and open incidents. */
export async function readLatestZone(zoneId: string): Promise<ZoneEvidence> {
  const [runs, findings, incidents] = await Promise.all([
    database().$queryRaw<readonly unknown[]>`
      SELECT evidence::text AS evidence FROM observation_span
      WHERE zone_id = ${zoneId} AND kind = 'zone' AND newest ORDER BY last_seen DESC LIMIT 1`,
    listFindings({ zoneId }),
    listOpenIncidentsOf({ zoneId }),
  ]);
  const observation =
    runs.length === 0 ? null : zoneObservation.parse(readStoredJson(storedRun.parse(runs)[0].evidence));
  return { observation, findings, incidents };
}

/** Whether a worker is about to look at it or does so now. */
export async function isZoneWaiting(zoneId: string, now: Date): Promise<boolean> {
  const where = { kind: 'zone', ref: zoneId, OR: [{ dueAt: { lte: now } }, { leaseUntil: { gt: now } }] };
  return (await database().task.count({ where })) > 0;
}
