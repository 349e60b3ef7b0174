import { z } from 'zod';
import { readStoredJson } from '#lib/model/stored-text.ts';
import type { Verdict } from '#lib/model/finding.ts';
import type { ZoneObservation } from '#lib/model/zone-observation.ts';
import { zoneObservation } from '#lib/model/zone-observation-schema.ts';
import { zoneIntervalSeconds } from '#lib/model/zone-interval.ts';
import { Prisma } from '#prisma/generated/client.ts';
import { readWebSettings } from '#app/_auth/web-settings.ts';
import { database } from './database.ts';
import type { FindingRecord } from './findings.ts';
import { listFindings } from './findings.ts';
import { readVerdict } from './read-word.ts';
import type { Freshness } from './staleness.ts';
import { freshnessOf } from './staleness.ts';
import type { WorstIncidents } from './worst-incidents.ts';
import { listOpenIncidentsOf } from './worst-incidents.ts';

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
  /** Open ones of the zone itself. */
  readonly incidents: WorstIncidents;
}

const maxNames = 50;

const zoneRow = z.object({
  id: z.string(),
  name: z.string(),
  domains: z.array(z.string()),
  hosts: z.array(z.string()),
  lastObservedAt: z.date().nullable(),
  lastVerdict: z.string().transform(readVerdict).nullable(),
  createdAt: z.date(),
});

/** Of a row `endpoint`: `watchedEndpoint` in SQL. */
const isWatched = Prisma.sql`EXISTS (
  SELECT 1 FROM domain_endpoint WHERE endpoint_id = endpoint.id AND removed_at IS NULL AND NOT dismissed)`;

/** One statement, for each that the database client puts together costs a page a millisecond. `which` picks and ends. */
async function readRecords(which: Prisma.Sql, now: Date): Promise<readonly ZoneRecord[]> {
  const rows = await database().$queryRaw`
    SELECT zone.id, zone.name, zone.last_observed_at AS "lastObservedAt", zone.last_verdict AS "lastVerdict",
      zone.created_at AS "createdAt",
      ARRAY(SELECT domain.name FROM domain_zone AS link JOIN domain ON domain.id = link.domain_id
        WHERE link.zone_id = zone.id ORDER BY domain.name LIMIT ${maxNames}) AS domains,
      ARRAY(SELECT DISTINCT endpoint.host FROM endpoint
        WHERE endpoint.zone_id = zone.id AND ${isWatched} ORDER BY endpoint.host LIMIT ${maxNames}) AS hosts
    FROM (SELECT * FROM zone ${which}) AS zone
    ORDER BY zone.name`;
  const intervalSeconds = zoneIntervalSeconds(readWebSettings().intervalSeconds);
  return z
    .array(zoneRow)
    .parse(rows)
    .map((row) => ({
      ...row,
      watched: row.domains.length > 0 || row.hosts.length > 0,
      freshness: freshnessOf(row.lastObservedAt, { now, intervalSeconds, lastVerdict: row.lastVerdict }),
    }));
}

/** One zone by its apex in A-label form, also one that is not watched any more; null: there is none. */
export async function findZone(name: string, now: Date): Promise<ZoneRecord | null> {
  return (await readRecords(Prisma.sql`WHERE name = ${name}`, now))[0] ?? null;
}

/** Watched zones by name; `after` is the last name of the page before. */
export async function listZones(query: {
  readonly after: string | null;
  readonly limit: number;
  readonly now: Date;
}): Promise<{ readonly zones: readonly ZoneRecord[]; readonly next: string | null }> {
  const { after, limit, now } = query;
  const isLater = after === null ? Prisma.sql`true` : Prisma.sql`name > ${after}`;
  const rows = await readRecords(
    Prisma.sql`WHERE (EXISTS (SELECT 1 FROM domain_zone WHERE zone_id = zone.id)
        OR EXISTS (SELECT 1 FROM endpoint WHERE endpoint.zone_id = zone.id AND ${isWatched}))
      AND ${isLater} ORDER BY name LIMIT ${limit + 1}`,
    now,
  );
  const zones = rows.slice(0, limit);
  return { zones, next: rows.length > limit ? (zones.at(-1)?.name ?? null) : null };
}

/** The zones that a domain's mail depends on, by name: those of its own names and of its endpoints' hosts; at most 50. */
export function listZonesOf(domainId: string, now: Date): Promise<readonly ZoneRecord[]> {
  return readRecords(
    Prisma.sql`WHERE id = ANY(ARRAY(
        SELECT zone_id FROM domain_zone WHERE domain_id = ${domainId}
        UNION
        SELECT endpoint.zone_id FROM domain_endpoint AS link JOIN endpoint ON endpoint.id = link.endpoint_id
        WHERE link.domain_id = ${domainId} AND link.removed_at IS NULL AND NOT link.dismissed))
      ORDER BY name LIMIT ${maxNames}`,
    now,
  );
}

const storedRun = z.tuple([z.object({ evidence: z.string() })]);

/** What the latest run of a zone saw, whichever worker made it; null before the first. */
export async function readZoneObservation(zoneId: string): Promise<ZoneObservation | null> {
  const runs = await database().$queryRaw<readonly unknown[]>`
    SELECT evidence::text AS evidence FROM observation_span
    WHERE zone_id = ${zoneId} AND kind = 'zone' AND newest ORDER BY last_seen DESC LIMIT 1`;
  return runs.length === 0 ? null : zoneObservation.parse(readStoredJson(storedRun.parse(runs)[0].evidence));
}

/** The latest run of a zone with its findings and open incidents. */
export async function readLatestZone(zoneId: string): Promise<ZoneEvidence> {
  const [observation, findings, incidents] = await Promise.all([
    readZoneObservation(zoneId),
    listFindings({ zoneId }),
    listOpenIncidentsOf({ zoneId }),
  ]);
  return { observation, findings, incidents };
}

/** Whether a worker is about to look at it or does so now. */
export async function isZoneWaiting(zoneId: string, now: Date): Promise<boolean> {
  const where = { kind: 'zone', ref: zoneId, OR: [{ dueAt: { lte: now } }, { leaseUntil: { gt: now } }] };
  return (await database().task.count({ where })) > 0;
}
