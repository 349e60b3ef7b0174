import { acknowledgeIncident } from '#prisma/commands/incidents.ts';
import { isAtVersion } from '#prisma/commands/tickets.ts';
import { err, ok } from '#lib/model/result.ts';
import { apiRoute } from '#app/_api/api-route.ts';
import { changedSince, readExpectedVersion } from '#app/_api/conditional.ts';
import { incidentAnswer, incidentResponse } from '#app/_api/incident-json.ts';
import { notFound } from '#app/_api/problem.ts';
import { findIncident } from '#app/_queries/incidents.ts';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = apiRoute({
  POST: {
    scope: 'incidents:ack',
    summary: 'Say that somebody takes care of an incident',
    description: 'It stays open until probes see it gone. 409: it is over already, or nearly.',
    headers: ['If-Match'],
    answers: { 200: incidentAnswer },
    handle: async ({ request, params, actor, db, now }) => {
      const incidentId = params['id'] ?? '';
      const version = readExpectedVersion(request, incidentId);
      if (!version.ok) return version;
      const answer = await db.$transaction(async (tx) =>
        (await isAtVersion(tx, { incidentId, expectedVersion: version.value }))
          ? acknowledgeIncident(tx, { incidentId, actor: actor.name, now })
          : null,
      );
      const incident = await findIncident(incidentId);
      if (incident === null) return err(notFound('This incident'));
      if (answer === null) return err(changedSince);
      switch (answer.outcome) {
        case 'not-found':
          return err(notFound('This incident'));
        case 'not-firing':
          return err({ kind: 'conflict', detail: `The incident is ${answer.state}: it needs nobody any more.` });
        case 'acknowledged':
        case 'already-acknowledged':
          return ok(await incidentResponse(incident));
      }
    },
  },
});
