import { z } from 'zod';
import { err, ok } from '#lib/model/result.ts';
import { apiRoute } from '#app/_api/api-route.ts';
import { jsonResponse } from '#app/_api/json-response.ts';
import { notFound, problems } from '#app/_api/problem.ts';

/** Where the `type` of a problem leads. */
export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = apiRoute({
  GET: {
    scope: 'any',
    summary: 'What a kind of problem is',
    answers: { 200: z.object({ status: z.int(), title: z.string() }) },
    handle: ({ params }) => {
      const problem = Object.entries(problems).find(([kind]) => kind === params['kind']);
      return Promise.resolve(
        problem === undefined ? err(notFound('This kind of problem')) : ok(jsonResponse(problem[1])),
      );
    },
  },
});
