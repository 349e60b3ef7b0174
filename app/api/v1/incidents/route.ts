import { z } from 'zod';
import { ok } from '#lib/model/result.ts';
import { page } from '#app/_api/answer-schema.ts';
import { apiRoute } from '#app/_api/api-route.ts';
import { decodeCursor, encodeCursor } from '#app/_api/cursor.ts';
import { incidentAnswer, incidentsJson } from '#app/_api/incident-json.ts';
import { jsonResponse, latestOf } from '#app/_api/json-response.ts';
import { instant, listQuery } from '#app/_api/list-query.ts';
import { readQuery } from '#app/_api/read-body.ts';
import { pollIncidents } from '#app/_queries/incidents.ts';
import { incidentStates } from '#app/_queries/read-word.ts';

const query = z.object({
  ...listQuery,
  state: z
    .string()
    .transform((text) => text.split(','))
    .pipe(z.array(z.enum(incidentStates, 'must be open, acknowledged or resolved, or several with commas')))
    .optional(),
  severity_gte: z.enum(['critical', 'error', 'warning', 'info'], 'must be critical, error, warning or info').optional(),
  updated_since: instant.optional(),
  attached: z.enum(['true', 'false'], 'must be true or false').optional(),
});

const place = z.object({ updated_at: instant, id: z.string() });

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = apiRoute({
  GET: {
    scope: 'incidents:read',
    summary: 'Incidents in the order of their latest change, the oldest first',
    description:
      'Polled again with the last cursor it gives what changed since. What opens and ends between two polls, and what commits late, only /incident-events is sure to tell. Subjects of another incident, and what one explains, are left out unless attached=true.',
    query,
    answers: { 200: page(incidentAnswer) },
    handle: async ({ request }) => {
      const asked = readQuery(request, query);
      if (!asked.ok) return asked;
      const { limit, cursor, state, severity_gte, updated_since, attached } = asked.value;
      const after = cursor === undefined ? null : decodeCursor(cursor, place);
      if (after !== null && !after.ok) return after;
      const { incidents, hasMore } = await pollIncidents({
        states: state ?? null,
        severityAtLeast: severity_gte ?? null,
        updatedSince: updated_since === undefined ? null : new Date(updated_since),
        attached: attached === 'true',
        after: after?.value ?? null,
        limit,
      });
      const last = incidents.at(-1);
      return ok(
        jsonResponse(
          {
            data: await incidentsJson(incidents),
            // Stays valid at the end: polled again, it gives what changed since.
            next_cursor:
              last === undefined
                ? (cursor ?? null)
                : encodeCursor({ updated_at: last.updatedAt.toISOString(), id: last.id }),
            has_more: hasMore,
          },
          { lastModified: latestOf(incidents.map(({ updatedAt }) => updatedAt)) },
        ),
      );
    },
  },
});
