import { z } from 'zod';
import { severityNumber } from '#lib/model/finding.ts';
import type { IncidentImpact } from '#lib/model/incident-impact.ts';
import { describe, seedSection } from '#app/_queries/finding-text.ts';
import { readExternalRefs, type ExternalRefRecord } from '#app/_queries/external-refs.ts';
import type { IncidentRecord } from '#app/_queries/incidents.ts';
import { incidentStates } from '#app/_queries/read-word.ts';
import { readWebSettings } from '#app/_auth/web-settings.ts';
import { link, listed, named, severity, severityNumberAnswer, when } from './answer-schema.ts';
import { jsonResponse } from './json-response.ts';
import { countJson } from './latch-json.ts';

const externalRefAnswer = named(
  'ExternalRef',
  'What a ticket system says of an incident.',
  z.object({
    system: z.string(),
    key: z.string().describe('What the ticket is called there.'),
    url: z.string().nullable(),
    status: z.string().nullable(),
    updated_at: when,
    updated_by: z.string(),
  }),
);

export const incidentAnswer = named(
  'Incident',
  'What somebody must act on. Texts may quote strangers: escape before you show them.',
  z.object({
    id: z.string().describe('ULID. Usable as the alias of an alert.'),
    dedup_key: z.string().max(200).describe('The same over all instances: one ticket.'),
    instance: z.int().describe('1 for the first incident of this dedup_key, 2 for the next.'),
    state: z.enum(incidentStates),
    severity,
    severity_number: severityNumberAnswer,
    title: z.string().max(120),
    description: z.string(),
    object_kind: z.string().nullable().describe('endpoint, domain, zone, … New versions may add values.'),
    service: z.string().nullable(),
    host: z.string(),
    address: z.string().nullable().describe('Set where one address alone shows it.'),
    port: z.int().nullable(),
    rule: z.string().describe('The code of the finding: see /finding-codes.'),
    seed_section: z.string().nullable().describe('Section of draft-ietf-uta-email-deep-00.'),
    affected: listed(z.string()).describe('Addresses that show it.'),
    subjects: listed(z.string()).describe(
      'What shares the cause, e.g. mail.example.org:993; empty where it is one thing.',
    ),
    root_id: z.string().nullable().describe('The open incident that this one hangs under: nobody is told of this one.'),
    explains: z.int().describe('Open incidents that hang under this one, without its own subjects.'),
    affected_clients: z
      .object({
        breaks: z.int().nullable().describe('Reported the latch: they refuse to connect. Null: 1 to 4.'),
        at_risk: z.int().nullable().describe('Presumably hold it and said nothing. Null: 1 to 4.'),
        unknown: z
          .number()
          .nullable()
          .describe('Part of the logins, 0 to 1, whose clients tell nothing; null: none seen.'),
      })
      .nullable()
      .describe('Whom it hits by the census; null: it breaks no tag, or nobody was counted there.'),
    unstable: z.boolean().describe('It comes and goes, and is held open until it was quiet for half an hour.'),
    first_seen: when,
    last_seen: when,
    acknowledged_at: when.nullable(),
    acknowledged_by: z.string().nullable(),
    owner: z.string().nullable().describe('Address of the person it was given to.'),
    resolved_at: when.nullable(),
    resolution: z.string().nullable(),
    updated_at: when,
    version: z.int().describe('Grows with every change; also in the ETag.'),
    external_refs: listed(externalRefAnswer),
    url: link,
    runbook_url: link,
  }),
);

const maxTitleCharacters = 120;

/** An incident as the API gives it: flat, so that a ticketing system can map it field by field. */
export function incidentJson(
  incident: IncidentRecord,
  refs: readonly ExternalRefRecord[],
): z.input<typeof incidentAnswer> {
  const text = describe(incident.code, incident.params);
  const { publicUrl } = readWebSettings();
  return {
    id: incident.id,
    dedup_key: incident.dedupKey,
    instance: incident.instance,
    state: incident.state,
    severity: incident.severity,
    severity_number: severityNumber[incident.severity],
    title: shortTitle(incident.title),
    description: [`Expected: ${text.expected}`, `Got: ${text.got}`, text.meaning, `What to do: ${text.fix}`].join('\n'),
    object_kind: incident.objectKind,
    service: incident.service,
    host: incident.host,
    address: incident.affected.length === 1 ? (incident.affected[0] ?? null) : null,
    port: incident.port,
    rule: incident.code,
    seed_section: seedSection(text.refs),
    affected: incident.affected,
    subjects: incident.subjects,
    root_id: incident.root?.id ?? null,
    explains: incident.explains,
    affected_clients: affectedClients(incident.impact),
    unstable: incident.unstable,
    first_seen: incident.firstSeen,
    last_seen: incident.lastSeen,
    acknowledged_at: incident.acknowledgedAt,
    acknowledged_by: incident.acknowledgedBy,
    owner: incident.owner,
    resolved_at: incident.resolvedAt,
    resolution: incident.resolution,
    updated_at: incident.updatedAt,
    version: incident.version,
    external_refs: refs.map(externalRefJson),
    url: new URL(`/incidents/${incident.id}`, publicUrl).href,
    runbook_url: new URL(`/findings/${incident.code}`, publicUrl).href,
  };
}

function affectedClients(impact: IncidentImpact | null): z.input<typeof incidentAnswer>['affected_clients'] {
  if (impact === null) return null;
  return { breaks: countJson(impact.breaks), at_risk: countJson(impact.atRisk), unknown: impact.unknownShare };
}

/** At most 120 characters, none of them cut in half. */
export function shortTitle(title: string): string {
  return title.length <= maxTitleCharacters
    ? title
    : `${title.slice(0, maxTitleCharacters - 1).replace(/[\ud800-\udbff]$/, '')}…`;
}

function externalRefJson(ref: ExternalRefRecord): z.input<typeof externalRefAnswer> {
  const { system, key, url, status, updatedAt, updatedBy } = ref;
  return { system, key, url, status, updated_at: updatedAt, updated_by: updatedBy };
}

/** Some incidents as the API gives them, with their tickets. */
export async function incidentsJson(
  incidents: readonly IncidentRecord[],
): Promise<readonly z.input<typeof incidentAnswer>[]> {
  const refs = await readExternalRefs(incidents.map(({ id }) => id));
  return incidents.map((incident) => incidentJson(incident, refs.get(incident.id) ?? []));
}

/** The answer that is one incident: it names its version for If-Match. */
export async function incidentResponse(incident: IncidentRecord): Promise<Response> {
  const [body] = await incidentsJson([incident]);
  return jsonResponse(body, {
    lastModified: incident.updatedAt > incident.lastSeen ? incident.updatedAt : incident.lastSeen,
    version: `${incident.id}.${String(incident.version)}`,
  });
}
