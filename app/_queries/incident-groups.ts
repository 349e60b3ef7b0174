import { z } from 'zod';
import { findFinding } from '#lib/checks/registry.ts';
import type { Severity } from '#lib/model/finding.ts';
import { rankFaults, type RankedFault } from '#lib/now/rank-faults.ts';
import { database } from './database.ts';
import type { IncidentRecord } from './incidents.ts';
import { listIncidentsById } from './incidents.ts';
import { readSeverity, severitiesFrom } from './read-word.ts';

/** One fault of one host: an expired certificate opens an incident on each port that shows it. */
export interface IncidentGroup extends RankedFault {
  readonly host: string;
  readonly code: string;
  readonly title: string;
  /** The worst of its incidents. */
  readonly severity: Severity;
  readonly firstSeen: Date;
  /** All of its incidents, also those that `incidents` leaves out. */
  readonly size: number;
  /** The worst of its incidents, of equals the longest standing. */
  readonly first: IncidentRecord;
  /** In that order; at most ten. */
  readonly members: readonly GroupMember[];
  /** Those that nobody has taken and that do not look better; at most `maxMembers`. */
  readonly firingIds: readonly string[];
}

/** An incident of a group, in short. */
export interface GroupMember {
  readonly id: string;
  readonly title: string;
  readonly port: number | null;
  /** Addresses that show it. */
  readonly affected: readonly string[];
  /** Whom it was given to, or else who took it. */
  readonly owner: string | null;
}

/** The most that are acknowledged at once. */
export const maxMembers = 100;

/** Incidents of a group that are read. */
const readMembers = 10;

/** Groups that are ranked: of more than these the worst are taken first. */
const maxRanked = 200;

const groupRow = z.object({
  host: z.string(),
  code: z.string(),
  severity: z.string().transform(readSeverity),
  since: z.date(),
  size: z.number(),
  ids: z.array(z.string()),
  firingIds: z.array(z.string()).nullable(),
  accounts: z.number().nullable(),
  deadlineAt: z.number().nullable(),
});

const serious = [...severitiesFrom('warning')];
/** Further off, JavaScript has no dates. */
const lastDate = 8.64e15;

/**
 * Faults by host and code, those that press most first (lib/now/rank-faults.ts). `waiting`: what somebody must act on;
 * `taken`: what is not over and somebody has.
 */
export async function listIncidentGroups(query: {
  readonly which: 'waiting' | 'taken';
  readonly limit: number;
  readonly now: Date;
}): Promise<readonly IncidentGroup[]> {
  const { which, limit, now } = query;
  const isTaken = which === 'taken';
  const rows = await database().$queryRaw`
    SELECT host, code, (${serious}::text[])[min(rank)] AS severity, min(first_seen) AS since, count(*)::int AS size,
      max(accounts) AS accounts, min(deadline) AS "deadlineAt",
      (array_agg(id ORDER BY rank, first_seen, id))[1:${readMembers}::int] AS ids,
      (array_agg(id ORDER BY rank, first_seen, id) FILTER (WHERE state = 'firing'))[1:${maxMembers}::int] AS "firingIds"
    FROM (
      SELECT id, host, code, state, first_seen, array_position(${serious}::text[], severity) AS rank,
        (impact->>'breaks')::float8 + (impact->>'atRisk')::float8 AS accounts,
        CASE WHEN abs(date.at) <= ${lastDate} THEN date.at END AS deadline
      FROM incident
      CROSS JOIN LATERAL (
        SELECT CASE
          WHEN jsonb_typeof(params->'notAfter') = 'number' THEN (params->>'notAfter')::float8
          WHEN jsonb_typeof(params->'expiration') = 'number' THEN (params->>'expiration')::float8
        END AS at
      ) AS date
      WHERE state = ANY(${isTaken ? ['acknowledged', 'recovering'] : ['firing', 'recovering']}::text[])
        AND (state <> 'recovering' OR (acknowledged_at IS NOT NULL) = ${isTaken})
        AND (root_id IS NULL OR EXISTS (
          SELECT 1 FROM incident AS root WHERE root.id = incident.root_id AND root.state = 'resolved'
        ))
    ) AS standing
    WHERE rank IS NOT NULL
    GROUP BY host, code
    ORDER BY min(rank), max(accounts) DESC NULLS LAST, min(deadline) NULLS LAST, min(first_seen), host, code
    LIMIT ${maxRanked}`;
  const groups = rankFaults(
    z
      .array(groupRow)
      .parse(rows)
      .map((row) => ({ ...row, firstSeen: row.since, since: row.since.getTime(), firingIds: row.firingIds ?? [] })),
    now.getTime(),
  ).slice(0, limit);
  const [firsts, members] = await Promise.all([
    listIncidentsById(groups.flatMap(({ ids }) => ids[0] ?? [])),
    readMembersOf(groups.flatMap(({ ids, size }) => (size === 1 ? [] : ids))),
  ]);
  const byId = new Map(firsts.map((incident) => [incident.id, incident]));
  return groups.flatMap(({ ids, ...group }) => {
    const first = byId.get(ids[0] ?? '');
    // Gone between the two queries.
    if (first === undefined) return [];
    const { id, title, port, affected, owner, acknowledgedBy } = first;
    const own = { id, title, port, affected, owner: owner ?? acknowledgedBy };
    if (group.size === 1) return [{ ...group, title, first, members: [own] }];
    const others = ids.slice(1).flatMap((other) => members.get(other) ?? []);
    return [{ ...group, title: findFinding(group.code)?.summary ?? title, first, members: [own, ...others] }];
  });
}

const memberRow = z.object({
  id: z.string(),
  title: z.string(),
  port: z.number().nullable(),
  affected: z.array(z.string()).catch([]),
  owner: z.string().nullable(),
});

async function readMembersOf(ids: readonly string[]): Promise<ReadonlyMap<string, GroupMember>> {
  if (ids.length === 0) return new Map();
  const rows = await database().$queryRaw`
    SELECT incident.id, title, port, CASE WHEN endpoint_id IS NULL THEN '[]' ELSE affected END AS affected,
      COALESCE(owner, acknowledged_by) AS owner
    FROM incident LEFT JOIN endpoint ON endpoint.id = endpoint_id
    WHERE incident.id = ANY(${[...ids]}::text[])`;
  return new Map(
    z
      .array(memberRow)
      .parse(rows)
      .map((member) => [member.id, member]),
  );
}

/** How many faults wait for somebody. */
export async function countIncidentGroups(): Promise<number> {
  const rows = await database().$queryRaw`
    SELECT count(*)::int AS groups FROM (
      SELECT DISTINCT host, code FROM incident
      WHERE (state = 'firing' OR (state = 'recovering' AND acknowledged_at IS NULL))
        AND severity = ANY(${serious}::text[]) AND (root_id IS NULL OR EXISTS (
        SELECT 1 FROM incident AS root WHERE root.id = incident.root_id AND root.state = 'resolved'
      ))
    ) AS standing`;
  return z.tuple([z.object({ groups: z.number() })]).parse(rows)[0].groups;
}
