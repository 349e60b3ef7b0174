import { z } from 'zod';
import { findFinding } from '#lib/checks/registry.ts';
import type { Severity } from '#lib/model/finding.ts';
import { rankFaults, type RankedFault } from '#lib/now/rank-faults.ts';
import { database } from './database.ts';
import type { IncidentCounts, IncidentRecord } from './incidents.ts';
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
  taken: z.boolean(),
  host: z.string(),
  code: z.string(),
  severity: z.string().transform(readSeverity),
  since: z.date(),
  size: z.number(),
  ids: z.array(z.string()),
  firingIds: z.array(z.string()).nullable(),
  accounts: z.number().nullable(),
  deadlineAt: z.number().nullable(),
  groups: z.number(),
  incidents: z.number(),
});
type GroupRow = z.infer<typeof groupRow>;

const serious = [...severitiesFrom('warning')];
/** Further off, JavaScript has no dates. */
const lastDate = 8.64e15;

/** Faults by host and code, those that press most first (lib/now/rank-faults.ts). */
export interface StandingGroups {
  /** What somebody must act on. */
  readonly waiting: readonly IncidentGroup[];
  /** What is not over and somebody has. */
  readonly taken: readonly IncidentGroup[];
  /** Faults that wait for somebody, also those that `waiting` leaves out. */
  readonly faults: number;
  /** The incidents of all groups. */
  readonly incidents: IncidentCounts;
}

/** All that stands, in one pass: `waiting` and `taken` say how many groups of each are read. */
export async function readIncidentGroups(query: {
  readonly waiting: number;
  readonly taken: number;
  readonly now: Date;
}): Promise<StandingGroups> {
  const rows = await listRanked();
  const waiting = pressingFirst(rows, { taken: false, now: query.now }).slice(0, query.waiting);
  const taken = pressingFirst(rows, { taken: true, now: query.now }).slice(0, query.taken);
  const shown = [...waiting, ...taken];
  const [firsts, members] = await Promise.all([
    listIncidentsById(shown.flatMap(({ ids }) => ids[0] ?? [])),
    readMembersOf(shown.flatMap(({ ids, size }) => (size === 1 ? [] : ids))),
  ]);
  const byId = new Map(firsts.map((incident) => [incident.id, incident]));
  const complete = (groups: readonly RankedRow[]) =>
    groups.flatMap((group) => {
      const first = byId.get(group.ids[0] ?? '');
      // Gone between the two queries.
      return first === undefined ? [] : [groupOf(group, { first, members })];
    });
  const ofAll = (isTaken: boolean) => rows.find((row) => row.taken === isTaken) ?? { groups: 0, incidents: 0 };
  return {
    waiting: complete(waiting),
    taken: complete(taken),
    faults: ofAll(false).groups,
    incidents: { needsAction: ofAll(false).incidents, acknowledged: ofAll(true).incidents },
  };
}

/** Groups with how many there are of their kind. */
async function listRanked(): Promise<readonly GroupRow[]> {
  const rows = await database().$queryRaw`
    SELECT taken, host, code, (${serious}::text[])[worst] AS severity, since, size, accounts, "deadlineAt", ids, "firingIds",
      groups, incidents
    FROM (
      SELECT taken, host, code, min(rank) AS worst, min(first_seen) AS since, count(*)::int AS size,
        max(accounts) AS accounts, min(deadline) AS "deadlineAt",
        (array_agg(id ORDER BY rank, first_seen, id))[1:${readMembers}::int] AS ids,
        (array_agg(id ORDER BY rank, first_seen, id) FILTER (WHERE state = 'firing'))[1:${maxMembers}::int] AS "firingIds",
        (count(*) OVER (PARTITION BY taken))::int AS groups,
        (sum(count(*)) OVER (PARTITION BY taken))::int AS incidents,
        row_number() OVER (
          PARTITION BY taken
          ORDER BY min(rank), max(accounts) DESC NULLS LAST, min(deadline) NULLS LAST, min(first_seen), host, code
        ) AS place
      FROM (
        SELECT id, host, code, state, first_seen, array_position(${serious}::text[], severity) AS rank,
          state = 'acknowledged' OR (state = 'recovering' AND acknowledged_at IS NOT NULL) AS taken,
          (impact->>'breaks')::float8 + (impact->>'atRisk')::float8 AS accounts,
          CASE WHEN abs(date.at) <= ${lastDate} THEN date.at END AS deadline
        FROM incident
        CROSS JOIN LATERAL (
          SELECT CASE
            WHEN jsonb_typeof(params->'notAfter') = 'number' THEN (params->>'notAfter')::float8
            WHEN jsonb_typeof(params->'expiration') = 'number' THEN (params->>'expiration')::float8
          END AS at
        ) AS date
        WHERE state IN ('firing', 'acknowledged', 'recovering') AND severity = ANY(${serious}::text[])
          AND (root_id IS NULL OR EXISTS (
            SELECT 1 FROM incident AS root WHERE root.id = incident.root_id AND root.state = 'resolved'
          ))
      ) AS standing
      GROUP BY taken, host, code
    ) AS ranked
    WHERE place <= ${maxRanked} ORDER BY taken, place`;
  return z.array(groupRow).parse(rows);
}

type RankedRow = ReturnType<typeof pressingFirst>[number];

function pressingFirst(rows: readonly GroupRow[], { taken, now }: { readonly taken: boolean; readonly now: Date }) {
  return rankFaults(
    rows
      .filter((row) => row.taken === taken)
      .map((row) => ({ ...row, firstSeen: row.since, since: row.since.getTime(), firingIds: row.firingIds ?? [] })),
    now.getTime(),
  );
}

function groupOf(
  { host, code, severity, since, firstSeen, size, accounts, deadlineAt, ids, firingIds }: RankedRow,
  { first, members }: { readonly first: IncidentRecord; readonly members: ReadonlyMap<string, GroupMember> },
): IncidentGroup {
  const { id, title, port, affected, owner, acknowledgedBy } = first;
  const own = { id, title, port, affected, owner: owner ?? acknowledgedBy };
  const group = { host, code, severity, since, firstSeen, size, accounts, deadlineAt, firingIds, first };
  if (size === 1) return { ...group, title, members: [own] };
  const others = ids.slice(1).flatMap((other) => members.get(other) ?? []);
  return { ...group, title: findFinding(code)?.summary ?? title, members: [own, ...others] };
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
