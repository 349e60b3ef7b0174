import { err, ok } from '#lib/model/result.ts';
import { requestScan } from '#prisma/commands/endpoints.ts';
import { apiRoute } from '#app/_api/api-route.ts';
import { endpointJson } from '#app/_api/endpoint-json.ts';
import { jsonResponse } from '#app/_api/json-response.ts';
import { notFound } from '#app/_api/problem.ts';
import { findEndpoint } from '#app/_queries/endpoints.ts';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = apiRoute({
  POST: {
    scope: 'inventory:write',
    handle: async ({ params, db, now }) => {
      const endpoint = await findEndpoint(params['id'] ?? '', now);
      if (endpoint === null) return err(notFound('This endpoint'));
      if (!endpoint.monitored) {
        return err({ kind: 'conflict', detail: 'No domain has this endpoint any more, so it is not scanned.' });
      }
      await requestScan(db, { endpointId: endpoint.id, now });
      return ok(
        jsonResponse(
          { requested_at: now, endpoint: endpointJson(endpoint) },
          { status: 202, location: `/api/v1/endpoints/${endpoint.id}` },
        ),
      );
    },
  },
});
