import { z } from 'zod';
import { ticketJson, ticketMarkdown } from '#lib/incidents/ticket-text.ts';
import { err, ok } from '#lib/model/result.ts';
import { apiRoute } from '#app/_api/api-route.ts';
import { notFound } from '#app/_api/problem.ts';
import { readQuery } from '#app/_api/read-body.ts';
import { findIncident } from '#app/_queries/incidents.ts';
import { listFindingsOfIncident } from '#app/_queries/findings.ts';
import { ticketFacts } from '#app/_queries/ticket-facts.ts';

const query = z.object({ format: z.enum(['markdown', 'json'], 'must be markdown or json').default('markdown') });

/** An incident as a file for a ticket. */
export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = apiRoute({
  GET: {
    scope: 'incidents:read',
    summary: 'An incident as the text of a ticket.',
    query,
    answers: { 200: z.string() },
    handle: async ({ request, params }) => {
      const asked = readQuery(request, query);
      if (!asked.ok) return asked;
      const incident = await findIncident(params['id'] ?? '');
      if (incident === null) return err(notFound('This incident'));
      const facts = ticketFacts(incident, await listFindingsOfIncident(incident));
      const json = asked.value.format === 'json';
      return ok(
        new Response(json ? ticketJson(facts) : ticketMarkdown(facts), {
          headers: {
            'content-type': json ? 'application/json; charset=utf-8' : 'text/markdown; charset=utf-8',
            // The id is ours: it was found.
            'content-disposition': `attachment; filename="incident-${incident.id}.${json ? 'json' : 'md'}"`,
            'cache-control': 'no-store',
            'x-content-type-options': 'nosniff',
          },
        }),
      );
    },
  },
});
