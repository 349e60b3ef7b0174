import type { IncidentItem } from '#components/incident-list.tsx';
import type { IncidentRecord } from './incidents.ts';

/** An incident as a row of a list. */
export function incidentItem(incident: IncidentRecord): IncidentItem {
  return {
    id: incident.id,
    severity: incident.severity,
    title: incident.title,
    host: incident.port === null ? incident.host : `${incident.host}:${incident.port}`,
    affected: incident.affected,
    since: incident.firstSeen.getTime(),
    resolvedAt: incident.resolvedAt?.getTime() ?? null,
    acknowledgedBy: incident.acknowledgedBy,
    recovering: incident.engineState === 'recovering',
  };
}
