import { acknowledgeIncident } from '#prisma/commands/incidents.ts';
import { err, ok } from '#lib/model/result.ts';
import { apiRoute } from '#app/_api/api-route.ts';
import { incidentJson } from '#app/_api/incident-json.ts';
import { jsonResponse } from '#app/_api/json-response.ts';
import { notFound } from '#app/_api/problem.ts';
import { findIncident } from '#app/_queries/incidents.ts';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = apiRoute({
  POST: {
    scope: 'incidents:ack',
    handle: async ({ params, actor, db, now }) => {
      const incidentId = params['id'] ?? '';
      const answer = await db.$transaction((tx) => acknowledgeIncident(tx, { incidentId, actor: actor.name, now }));
      switch (answer.outcome) {
        case 'not-found':
          return err(notFound('This incident'));
        case 'not-firing':
          return err({ kind: 'conflict', detail: `The incident is ${answer.state}: it needs nobody any more.` });
        case 'acknowledged':
        case 'already-acknowledged': {
          const incident = await findIncident(incidentId);
          return incident === null ? err(notFound('This incident')) : ok(jsonResponse(incidentJson(incident)));
        }
      }
    },
  },
});
