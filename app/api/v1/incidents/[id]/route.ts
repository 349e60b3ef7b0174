import { err, ok } from '#lib/model/result.ts';
import { apiRoute } from '#app/_api/api-route.ts';
import { incidentJson } from '#app/_api/incident-json.ts';
import { jsonResponse } from '#app/_api/json-response.ts';
import { notFound } from '#app/_api/problem.ts';
import { findIncident } from '#app/_queries/incidents.ts';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = apiRoute({
  GET: {
    scope: 'incidents:read',
    handle: async ({ params }) => {
      const incident = await findIncident(params['id'] ?? '');
      return incident === null ? err(notFound('This incident')) : ok(jsonResponse(incidentJson(incident)));
    },
  },
});
