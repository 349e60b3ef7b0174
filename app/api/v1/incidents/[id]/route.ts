import { err, ok } from '#lib/model/result.ts';
import { apiRoute } from '#app/_api/api-route.ts';
import { incidentAnswer, incidentResponse } from '#app/_api/incident-json.ts';
import { notFound } from '#app/_api/problem.ts';
import { findIncident } from '#app/_queries/incidents.ts';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = apiRoute({
  GET: {
    scope: 'incidents:read',
    summary: 'One incident',
    description: 'Its ETag names its version, which a write may give as If-Match.',
    answers: { 200: incidentAnswer },
    handle: async ({ params }) => {
      const incident = await findIncident(params['id'] ?? '');
      return incident === null ? err(notFound('This incident')) : ok(await incidentResponse(incident));
    },
  },
});
