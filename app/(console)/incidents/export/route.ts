import { z } from 'zod';
import { writeCsv } from '#lib/csv/write-csv.ts';
import { ok } from '#lib/model/result.ts';
import { apiRoute } from '#app/_api/api-route.ts';
import { csvResponse } from '#app/_api/csv-response.ts';
import { readWebSettings } from '#app/_auth/web-settings.ts';
import { readIncidentFilter } from '#app/_queries/incident-filter.ts';
import { incidentItem } from '#app/_queries/incident-item.ts';
import { listIncidents, type IncidentFilter, type IncidentRecord } from '#app/_queries/incidents.ts';
import { readParameters } from '#app/_queries/page-parameters.ts';

const header = [
  ...['id', 'state', 'severity', 'code', 'title', 'host', 'port', 'service', 'addresses', 'subjects', 'explains'],
  ...['accounts', 'owner', 'acknowledged_by', 'acknowledged_at', 'first_seen', 'last_seen', 'opened_at'],
  ...['resolved_at', 'resolution', 'instance', 'url'],
] as const;

const pageSize = 500;
/** What a spreadsheet is good for; a poller of more uses the API. */
const maxRows = 10_000;

async function listAll(filter: IncidentFilter): Promise<readonly IncidentRecord[]> {
  const rows: IncidentRecord[] = [];
  let after: string | null = null;
  do {
    const page: Awaited<ReturnType<typeof listIncidents>> = await listIncidents({ filter, after, limit: pageSize });
    rows.push(...page.incidents);
    after = page.next;
  } while (after !== null && rows.length < maxRows);
  return rows;
}

/** The list of the console with its filters, as a file; at most 10,000 rows, the newest first. */
export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = apiRoute({
  GET: {
    scope: 'incidents:read',
    summary: 'The list of incidents as CSV.',
    answers: { 200: z.string() },
    handle: async ({ request, actor, now }) => {
      const parameters = Object.fromEntries(new URL(request.url).searchParams);
      const read = await readParameters(Promise.resolve(parameters));
      const incidents = await listAll(readIncidentFilter(read, actor.name));
      const { publicUrl } = readWebSettings();
      const rows = incidents.map((incident) => [
        ...[incident.id, incident.state, incident.severity, incident.code, incident.title, incident.host],
        ...[incident.port, incident.service, incident.affected.join(' '), incident.subjects.join(' ')],
        // As in the list: few accounts are not named.
        ...[incident.explains, incidentItem(incident).accounts, incident.owner, incident.acknowledgedBy],
        ...[incident.acknowledgedAt, incident.firstSeen, incident.lastSeen, incident.openedAt, incident.resolvedAt],
        ...[incident.resolution, incident.instance, new URL(`/incidents/${incident.id}`, publicUrl).href],
      ]);
      return ok(csvResponse(writeCsv(header, rows), { name: 'latchwatch-incidents', now }));
    },
  },
});
