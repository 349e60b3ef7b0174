import { z } from 'zod';
import { findFinding } from '#lib/checks/registry.ts';
import type { BlastRadiusItem } from '#components/blast-radius.tsx';
import { database } from './database.ts';
import type { IncidentRecord } from './incidents.ts';

const groupRow = z.object({ code: z.string(), is_subject: z.boolean(), incidents: z.number() });
const domainRow = z.object({ name: z.string(), total: z.number() });

/** Groups and names that are shown; the numbers are of all. */
const shownGroups = 8;
const shownDomains = 5;

/**
 * What hangs together with an incident: its root cause (itself where it has none), the incidents that this explains by
 * code, and the mail domains whose servers are among them. `accounts`: as the reader may see them.
 */
export async function readBlastRadius(incident: IncidentRecord, accounts: string | null): Promise<BlastRadiusItem> {
  const { root } = incident;
  const rootId = root?.id ?? incident.id;
  const over = incident.engineState === 'resolved';
  const [groups, domains] = await Promise.all([readGroups(rootId, over), readDomains(rootId, over)]);
  const total = groups.reduce((sum, { incidents }) => sum + incidents, 0);
  const shown = groups.slice(0, shownGroups);
  const listed = shown.reduce((sum, { incidents }) => sum + incidents, 0);
  return {
    root: { title: root?.title ?? incident.title, href: root === null ? null : `/incidents/${root.id}` },
    groups: shown.map(({ code, is_subject: isSubject, incidents }) => ({
      code,
      summary: findFinding(code)?.summary ?? code,
      count: incidents,
      relation: isSubject ? 'same-cause' : 'consequence',
      isHere: root !== null && code === incident.code && isSubject === incident.isSubject,
    })),
    more: total - listed,
    domains: { names: domains.map(({ name }) => name), total: domains[0]?.total ?? 0 },
    accounts,
  };
}

async function readGroups(rootId: string, over: boolean): Promise<readonly z.infer<typeof groupRow>[]> {
  const rows = await database().$queryRaw`
    SELECT child.code, (root.cause IS NOT NULL AND root.endpoint_id IS NULL AND child.code = root.code
      AND child.cause IS NOT DISTINCT FROM root.cause) AS is_subject, count(*)::int AS incidents
    FROM incident AS root JOIN incident AS child ON child.root_id = root.id
    WHERE root.id = ${rootId} AND child.state <> 'suspect' AND (${over} OR child.state <> 'resolved')
    GROUP BY 1, 2 ORDER BY is_subject DESC, incidents DESC, child.code`;
  return z.array(groupRow).parse(rows);
}

async function readDomains(rootId: string, over: boolean): Promise<readonly z.infer<typeof domainRow>[]> {
  const rows = await database().$queryRaw`
    WITH hit AS (
      SELECT endpoint_id, domain_id, zone_id FROM incident
      WHERE id = ${rootId} OR (root_id = ${rootId} AND state <> 'suspect' AND (${over} OR state <> 'resolved'))
    ), named AS (
      SELECT domain_id FROM hit WHERE domain_id IS NOT NULL
      UNION SELECT link.domain_id FROM hit JOIN domain_endpoint AS link USING (endpoint_id) WHERE link.removed_at IS NULL
      UNION SELECT link.domain_id FROM hit JOIN domain_zone AS link USING (zone_id)
    )
    SELECT domain.name, (count(*) OVER ())::int AS total FROM named JOIN domain ON domain.id = named.domain_id
    ORDER BY domain.name LIMIT ${shownDomains}`;
  return z.array(domainRow).parse(rows);
}
