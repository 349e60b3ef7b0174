import type { IncidentItem } from '#components/incident-list.tsx';
import type { IncidentRecord } from './incidents.ts';
import { isHiddenCount } from './show-count.ts';

/** An incident as a row of a list. */
export function incidentItem(incident: IncidentRecord): IncidentItem {
  return {
    id: incident.id,
    severity: incident.severity,
    title: incident.title,
    host: incident.port === null ? incident.host : `${incident.host}:${incident.port}`,
    affected: incident.affected,
    subjects: incident.subjects.length,
    explains: incident.explains,
    accounts: affectedAccounts(incident),
    unstable: incident.unstable,
    explainedBy: incident.isSubject ? null : (incident.root?.title ?? null),
    since: incident.firstSeen.getTime(),
    resolvedAt: incident.resolvedAt?.getTime() ?? null,
    acknowledgedBy: incident.acknowledgedBy,
    owner: incident.owner,
    recovering: incident.engineState === 'recovering',
  };
}

/** A list is for everybody: what could tell who somebody is stands on the incident's page. */
function affectedAccounts({ impact }: IncidentRecord): number | null {
  if (impact === null) return null;
  const accounts = impact.breaks + impact.atRisk;
  return isHiddenCount(accounts) ? null : accounts;
}
