import type { IncidentGroupItem } from '#components/incident-groups.tsx';
import type { IncidentGroup } from './incident-groups.ts';
import { incidentItem } from './incident-item.ts';

/** A group of incidents as a row of a list. */
export function incidentGroupItem(group: IncidentGroup): IncidentGroupItem {
  const { host, code, severity, title, size, firstSeen, incidents } = group;
  const ports = new Set(incidents.flatMap(({ port }) => port ?? []));
  return {
    host,
    code,
    severity,
    title,
    size,
    ports: [...ports].toSorted((a, b) => a - b),
    affected: [...new Set(incidents.flatMap(({ affected }) => affected))],
    since: firstSeen.getTime(),
    items: incidents.map(incidentItem),
    firingIds: incidents.filter(({ engineState }) => engineState === 'firing').map(({ id }) => id),
  };
}
