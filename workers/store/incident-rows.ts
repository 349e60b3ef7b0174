import { z } from 'zod';
import type { Transaction } from '#prisma/client.ts';
import { maxTransitions, transitionEvents } from '#lib/incidents/step.ts';
import { incidentStates, type IncidentProgress } from '#lib/model/incident.ts';
import { loadToldSeverities } from './notices.ts';

const instant = z
  .date()
  .transform((date) => date.getTime())
  .nullable();
const param = z.union([z.string(), z.number(), z.boolean(), z.null(), z.array(z.string())]);

/** An incident as the table holds it. */
export const incidentRow = z.object({
  id: z.string(),
  code: z.string(),
  instance: z.number(),
  host: z.string(),
  state: z.enum(incidentStates),
  severity: z.enum(['info', 'warning', 'error', 'critical']),
  params: z.record(z.string(), param),
  affected: z.array(z.string()),
  found_runs: z.number(),
  clean_runs: z.number(),
  first_seen: z.date(),
  last_seen: z.date(),
  opened_at: instant,
  acknowledged_at: instant,
  resolved_at: instant,
  resolution: z.string().nullable(),
  unstable_since: instant,
  root_id: z.string().nullable(),
  cause: z.string().nullable(),
});
type IncidentRow = z.infer<typeof incidentRow>;

/** How far an incident is, without what other tables know. */
export function progressOf(row: IncidentRow): IncidentProgress {
  return {
    state: row.state,
    severity: row.severity,
    params: row.params,
    affected: row.affected,
    foundRuns: row.found_runs,
    cleanRuns: row.clean_runs,
    firstSeen: row.first_seen.getTime(),
    lastSeen: row.last_seen.getTime(),
    openedAt: row.opened_at,
    acknowledgedAt: row.acknowledged_at,
    resolvedAt: row.resolved_at,
    resolution: row.resolution,
    toldSeverity: null,
    unstableSince: row.unstable_since,
    transitions: [],
  };
}

/** The same with what was told, and how often it came and went. */
export async function readProgress(
  tx: Transaction,
  rows: readonly IncidentRow[],
): Promise<ReadonlyMap<string, IncidentProgress>> {
  const ids = rows.filter(({ state }) => state !== 'suspect').map(({ id }) => id);
  const told = await loadToldSeverities(tx, ids);
  const transitions = await loadTransitions(tx, ids);
  return new Map(
    rows.map((row) => [
      row.id,
      { ...progressOf(row), toldSeverity: told.get(row.id) ?? null, transitions: transitions.get(row.id) ?? [] },
    ]),
  );
}

const transitionRow = z.object({ incident_id: z.string(), at: z.date() });

async function loadTransitions(
  tx: Transaction,
  ids: readonly string[],
): Promise<ReadonlyMap<string, readonly number[]>> {
  const found = new Map<string, number[]>();
  if (ids.length === 0) return found;
  const rows = await tx.$queryRaw`
    SELECT event.incident_id, event.at FROM unnest(${[...ids]}::text[]) AS wanted(id) CROSS JOIN LATERAL (
      SELECT incident_id, at FROM incident_event
      WHERE incident_id = wanted.id AND kind = ANY(${[...transitionEvents]}::text[])
      ORDER BY incident_event.id DESC LIMIT ${maxTransitions}
    ) AS event`;
  for (const { incident_id: id, at } of z.array(transitionRow).parse(rows))
    found.set(id, [at.getTime(), ...(found.get(id) ?? [])]);
  return found;
}
