import { err, ok } from '#lib/model/result.ts';
import { placeEvents } from '#prisma/commands/place-events.ts';
import { page } from '#app/_api/answer-schema.ts';
import { apiRoute } from '#app/_api/api-route.ts';
import { decodeCursor } from '#app/_api/cursor.ts';
import {
  encodeEventCursor,
  eventPlace,
  incidentEventAnswer,
  incidentEventJson,
} from '#app/_api/incident-event-json.ts';
import { jsonResponse, latestOf } from '#app/_api/json-response.ts';
import { plainListQuery } from '#app/_api/list-query.ts';
import { notFound } from '#app/_api/problem.ts';
import { readQuery } from '#app/_api/read-body.ts';
import { readEventsOfIncident } from '#app/_queries/incident-events.ts';
import { findIncident } from '#app/_queries/incidents.ts';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = apiRoute({
  GET: {
    scope: 'incidents:read',
    summary: 'What happened to one incident, the oldest first',
    query: plainListQuery,
    answers: { 200: page(incidentEventAnswer) },
    handle: async ({ request, params, db }) => {
      const asked = readQuery(request, plainListQuery);
      if (!asked.ok) return asked;
      const { limit, cursor } = asked.value;
      const place = cursor === undefined ? null : decodeCursor(cursor, eventPlace);
      if (place !== null && !place.ok) return place;
      const incident = await findIncident(params['id'] ?? '');
      if (incident === null) return err(notFound('This incident'));
      await placeEvents(db);
      const after = place === null ? 0n : BigInt(place.value.event);
      const { events, hasMore } = await readEventsOfIncident({ incidentId: incident.id, after, limit });
      const last = events.at(-1);
      return ok(
        jsonResponse(
          {
            data: events.map(incidentEventJson),
            // Stays valid at the end: asked again, it gives what happened since.
            next_cursor: last === undefined ? (cursor ?? null) : encodeEventCursor(last.position),
            has_more: hasMore,
          },
          { lastModified: latestOf(events.map(({ at }) => at)) },
        ),
      );
    },
  },
});
