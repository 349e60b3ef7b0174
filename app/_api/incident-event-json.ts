import { z } from 'zod';
import { severityNumber } from '#lib/model/finding.ts';
import type { FeedEvent } from '#app/_queries/incident-events.ts';
import { incidentStates } from '#app/_queries/read-word.ts';
import { readWebSettings } from '#app/_auth/web-settings.ts';
import { facts, link, named, severity, severityNumberAnswer, when } from './answer-schema.ts';
import { encodeCursor } from './cursor.ts';
import { shortTitle } from './incident-json.ts';

export const incidentEventAnswer = named(
  'IncidentEvent',
  'Something that happened to an incident. Nothing of it changes later, but for the title.',
  z.object({
    id: z.string().describe('The same event always has the same one: who may read twice can tell.'),
    cursor: z.string().describe('Give it as `after` to go on behind this event.'),
    kind: z
      .string()
      .describe(
        'opened, regraded, accepted, acknowledged, acknowledgement-ended, recovering, relapsed, unstable, resolved, attached, detached, subject-added, subject-removed, commented, ticket, silenced, assigned. New versions may add values.',
      ),
    at: when,
    actor: z.string().describe('`latchwatch`, a person or the name of a token.'),
    incident_id: z.string(),
    dedup_key: z.string(),
    instance: z.int(),
    title: z.string().max(120),
    host: z.string(),
    rule: z.string(),
    state: z.enum(incidentStates).describe('After the event.'),
    severity,
    severity_number: severityNumberAnswer,
    attached: z.boolean().describe('Another incident explained it then.'),
    data: facts.describe(
      'What else there is to say: `text` of a comment, `reminder` of a ticket, `owner` it was given to. May have more.',
    ),
    incident_url: link.describe('The incident in this API.'),
    url: link,
  }),
);

/** An event as the API gives it. */
export function incidentEventJson(event: FeedEvent): z.input<typeof incidentEventAnswer> {
  const { incident } = event;
  const { publicUrl } = readWebSettings();
  return {
    id: String(event.id),
    cursor: encodeEventCursor(event.position),
    kind: event.kind,
    at: event.at,
    actor: event.actor,
    incident_id: incident.id,
    dedup_key: incident.dedupKey,
    instance: incident.instance,
    title: shortTitle(incident.title),
    host: incident.host,
    rule: incident.code,
    state: event.state,
    severity: event.severity,
    severity_number: severityNumber[event.severity],
    attached: event.attached,
    data: event.data,
    incident_url: new URL(`/api/v1/incidents/${incident.id}`, publicUrl).href,
    url: new URL(`/incidents/${incident.id}`, publicUrl).href,
  };
}

export const eventPlace = z.object({ event: z.string().regex(/^\d{1,18}$/) });

/** The place behind an event, opaque to the caller. */
export function encodeEventCursor(position: bigint): string {
  return encodeCursor({ event: String(position) });
}
