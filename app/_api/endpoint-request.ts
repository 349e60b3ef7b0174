import { z } from 'zod';
import { err, ok } from '#lib/model/result.ts';
import type { requestProbe } from '#prisma/commands/endpoints.ts';
import { findEndpoint } from '#app/_queries/endpoints.ts';
import { when } from './answer-schema.ts';
import { apiRoute } from './api-route.ts';
import { endpointAnswer, endpointJson } from './endpoint-json.ts';
import { jsonResponse } from './json-response.ts';
import { notFound } from './problem.ts';

/** The route that asks for a look at one endpoint now: 202 with the endpoint, 409 where no domain has it any more. */
export function endpointRequestRoute({
  request,
  done,
  summary,
}: {
  /** Puts the work on the list. */
  readonly request: typeof requestProbe;
  /** What is not done to an endpoint that nobody watches, e.g. `probed`. */
  readonly done: string;
  readonly summary: string;
}) {
  return apiRoute({
    POST: {
      scope: 'inventory:write',
      summary,
      answers: { 202: z.object({ requested_at: when, endpoint: endpointAnswer }) },
      handle: async ({ params, db, now }) => {
        const endpoint = await findEndpoint(params['id'] ?? '', now);
        if (endpoint === null) return err(notFound('This endpoint'));
        if (!endpoint.monitored) {
          return err({ kind: 'conflict', detail: `No domain has this endpoint any more, so it is not ${done}.` });
        }
        await request(db, { endpointId: endpoint.id, now });
        return ok(
          jsonResponse(
            { requested_at: now, endpoint: endpointJson(endpoint) },
            { status: 202, location: `/api/v1/endpoints/${endpoint.id}` },
          ),
        );
      },
    },
  });
}
