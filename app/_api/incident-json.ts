import { severityNumber } from '#lib/model/finding.ts';
import { describe, seedSection } from '#app/_queries/finding-text.ts';
import type { IncidentRecord } from '#app/_queries/incidents.ts';
import { readWebSettings } from '#app/_auth/web-settings.ts';

/** An incident as the API gives it: flat, so that a ticketing system can map it field by field. */
export function incidentJson(incident: IncidentRecord) {
  const text = describe(incident.code, incident.params);
  return {
    id: incident.id,
    dedup_key: incident.dedupKey,
    instance: incident.instance,
    state: incident.state,
    severity: incident.severity,
    severity_number: severityNumber[incident.severity],
    title: incident.title.slice(0, 120),
    description: [`Expected: ${text.expected}`, `Got: ${text.got}`, text.meaning, `What to do: ${text.fix}`].join('\n'),
    object_kind: incident.objectKind,
    service: incident.service,
    host: incident.host,
    address: incident.affected.length === 1 ? (incident.affected[0] ?? null) : null,
    port: incident.port,
    rule: incident.code,
    seed_section: seedSection(text.refs),
    affected: incident.affected,
    first_seen: incident.firstSeen,
    last_seen: incident.lastSeen,
    acknowledged_at: incident.acknowledgedAt,
    acknowledged_by: incident.acknowledgedBy,
    resolved_at: incident.resolvedAt,
    resolution: incident.resolution,
    updated_at: incident.updatedAt,
    version: incident.version,
    url: new URL(`/incidents/${incident.id}`, readWebSettings().publicUrl).href,
  };
}
