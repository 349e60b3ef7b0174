import type { TicketFacts } from '#lib/incidents/ticket-text.ts';
import { reproduce } from '#lib/reproduce/reproduce.ts';
import { readWebSettings } from '#app/_auth/web-settings.ts';
import { describe } from './finding-text.ts';
import type { FindingRecord } from './findings.ts';
import type { IncidentRecord } from './incidents.ts';

/** An incident as a ticket tells it. `findings`: what holds now of it. */
export function ticketFacts(incident: IncidentRecord, findings: readonly FindingRecord[]): TicketFacts {
  const { expected, got, meaning, fix, refs } = describe(incident.code, incident.params);
  return {
    ...{ id: incident.id, state: incident.state, severity: incident.severity, code: incident.code },
    ...{ title: incident.title, addresses: incident.affected, subjects: incident.subjects },
    place: incident.port === null ? incident.host : `${incident.host}:${String(incident.port)}`,
    ...{ expected, got, meaning, fix, refs },
    // Of one of its addresses: the others differ in nothing else.
    commands: findings.slice(0, 1).flatMap(reproduce),
    firstSeen: incident.firstSeen.getTime(),
    resolvedAt: incident.resolvedAt?.getTime() ?? null,
    owner: incident.owner ?? incident.acknowledgedBy,
    url: new URL(`/incidents/${incident.id}`, readWebSettings().publicUrl).href,
  };
}
