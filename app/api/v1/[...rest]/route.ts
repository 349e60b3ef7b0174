import { err } from '#lib/model/result.ts';
import { apiRoute } from '#app/_api/api-route.ts';
import { notFound } from '#app/_api/problem.ts';

const nothing = {
  scope: 'any',
  summary: 'Nothing',
  answers: {},
  handle: () => Promise.resolve(err(notFound('This address'))),
} as const;

/** What no other route answers. */
export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = apiRoute({
  GET: nothing,
  POST: nothing,
  PUT: nothing,
  PATCH: nothing,
  DELETE: nothing,
});
