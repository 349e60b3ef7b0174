import { err, ok } from '#lib/model/result.ts';
import { apiRoute } from '#app/_api/api-route.ts';
import { discoveryJson } from '#app/_api/discovery-json.ts';
import { jsonResponse } from '#app/_api/json-response.ts';
import { notFound } from '#app/_api/problem.ts';
import { findDiscovery } from '#app/_queries/discoveries.ts';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = apiRoute({
  GET: {
    scope: 'inventory:read',
    handle: async ({ params }) => {
      const discovery = await findDiscovery(params['id'] ?? '');
      return discovery === null ? err(notFound('This discovery')) : ok(jsonResponse(discoveryJson(discovery)));
    },
  },
});
