import { database } from './database.ts';
import { listIncidentsById, type IncidentRecord } from './incidents.ts';

/** Root incidents that changed last, the latest first; those that are over among them. */
export async function listLatestIncidents(limit: number): Promise<readonly IncidentRecord[]> {
  const rows = await database().incident.findMany({
    where: { rootId: null, state: { not: 'suspect' } },
    select: { id: true },
    orderBy: [{ updatedAt: 'desc' }, { id: 'desc' }],
    take: limit,
  });
  const incidents = await listIncidentsById(rows.map(({ id }) => id));
  const byId = new Map(incidents.map((incident) => [incident.id, incident]));
  return rows.flatMap(({ id }) => byId.get(id) ?? []);
}
