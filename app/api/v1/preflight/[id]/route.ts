import { err, ok } from '#lib/model/result.ts';
import { apiRoute } from '#app/_api/api-route.ts';
import { jsonResponse } from '#app/_api/json-response.ts';
import { preflightAnswer, preflightJson } from '#app/_api/preflight-json.ts';
import { notFound } from '#app/_api/problem.ts';
import { findPreflightRecord } from '#app/_queries/preflights.ts';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = apiRoute({
  GET: {
    scope: 'preflight:run',
    summary: 'One preflight',
    answers: { 200: preflightAnswer },
    handle: async ({ params }) => {
      const found = await findPreflightRecord(params['id'] ?? '');
      return found === null ? err(notFound('This preflight')) : ok(jsonResponse(preflightJson(found)));
    },
  },
});
