import { z } from 'zod';
import { findFinding } from '#lib/checks/registry.ts';
import type { Severity } from '#lib/model/finding.ts';
import { database } from './database.ts';
import type { IncidentRecord } from './incidents.ts';
import { listIncidentsById } from './incidents.ts';
import { readSeverity, severitiesFrom } from './read-word.ts';

/** One fault of one host: an expired certificate opens an incident on each port that shows it. */
export interface IncidentGroup {
  readonly host: string;
  readonly code: string;
  readonly title: string;
  /** The worst of its incidents. */
  readonly severity: Severity;
  readonly firstSeen: Date;
  /** All of its incidents, also those that `incidents` leaves out. */
  readonly size: number;
  /** The worst first, then the longest standing; at most `maxMembers`. */
  readonly incidents: readonly IncidentRecord[];
}

/** Also the most that are acknowledged at once. */
export const maxMembers = 100;

const groupRow = z.object({
  host: z.string(),
  code: z.string(),
  severity: z.string().transform(readSeverity),
  since: z.date(),
  size: z.number(),
  ids: z.array(z.string()),
});

const serious = [...severitiesFrom('warning')];

/** What somebody must act on, by host and code: the worst first, then the longest standing. */
export async function listIncidentGroups(limit: number): Promise<readonly IncidentGroup[]> {
  const rows = await database().$queryRaw`
    SELECT host, code, (${serious}::text[])[min(rank)] AS severity, min(first_seen) AS since, count(*)::int AS size,
      (array_agg(id ORDER BY rank, first_seen, id))[1:${maxMembers}::int] AS ids
    FROM (
      SELECT id, host, code, first_seen, array_position(${serious}::text[], severity) AS rank FROM incident
      WHERE (state = 'firing' OR (state = 'recovering' AND acknowledged_at IS NULL)) AND (root_id IS NULL OR EXISTS (
        SELECT 1 FROM incident AS root WHERE root.id = incident.root_id AND root.state = 'resolved'
      ))
    ) AS standing
    WHERE rank IS NOT NULL
    GROUP BY host, code
    ORDER BY min(rank), min(first_seen), host, code
    LIMIT ${limit}`;
  const groups = z.array(groupRow).parse(rows);
  const incidents = await listIncidentsById(groups.flatMap(({ ids }) => ids));
  const byId = new Map(incidents.map((incident) => [incident.id, incident]));
  return groups.flatMap(({ ids, since, ...group }) => {
    const members = ids.flatMap((id) => byId.get(id) ?? []);
    const [first] = members;
    // Gone between the two queries.
    if (first === undefined) return [];
    const title = group.size === 1 ? first.title : (findFinding(group.code)?.summary ?? first.title);
    return [{ ...group, title, firstSeen: since, incidents: members }];
  });
}

/** How many faults `listIncidentGroups` has without a limit. */
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
