import { err, ok } from '#lib/model/result.ts';
import { apiRoute } from '#app/_api/api-route.ts';
import { discoveryAnswer, discoveryJson } from '#app/_api/discovery-json.ts';
import { jsonResponse } from '#app/_api/json-response.ts';
import { notFound } from '#app/_api/problem.ts';
import { findDiscovery } from '#app/_queries/discoveries.ts';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = apiRoute({
  GET: {
    scope: 'inventory:read',
    summary: 'One look for the services of a domain',
    answers: { 200: discoveryAnswer },
    handle: async ({ params }) => {
      const discovery = await findDiscovery(params['id'] ?? '');
      return discovery === null ? err(notFound('This discovery')) : ok(jsonResponse(discoveryJson(discovery)));
    },
  },
});
