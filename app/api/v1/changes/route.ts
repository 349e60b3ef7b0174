import { z } from 'zod';
import { ok } from '#lib/model/result.ts';
import { page } from '#app/_api/answer-schema.ts';
import { apiRoute } from '#app/_api/api-route.ts';
import { changeAnswer, changeJson } from '#app/_api/change-json.ts';
import { decodeCursor, encodeCursor } from '#app/_api/cursor.ts';
import { jsonResponse } from '#app/_api/json-response.ts';
import { instant, listQuery } from '#app/_api/list-query.ts';
import { readQuery } from '#app/_api/read-body.ts';
import { listChanges } from '#app/_queries/changes.ts';

const query = z
  .object({ ...listQuery, domain: z.string().max(253).optional(), host: z.string().max(253).optional() })
  .refine(({ domain, host }) => domain === undefined || host === undefined, 'Ask for a domain or for a host.');
const place = z.object({ at: instant, id: z.string().max(64) });

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = apiRoute({
  GET: {
    scope: 'findings:read',
    summary: 'What is not as it was, the newest first',
    query,
    answers: { 200: page(changeAnswer) },
    handle: async ({ request }) => {
      const asked = readQuery(request, query);
      if (!asked.ok) return asked;
      const { limit, cursor, domain, host } = asked.value;
      const after = cursor === undefined ? null : decodeCursor(cursor, place);
      if (after !== null && !after.ok) return after;
      const { changes, next } = await listChanges({
        scope:
          domain !== undefined
            ? { kind: 'domain', domain }
            : host !== undefined
              ? { kind: 'host', host }
              : { kind: 'all' },
        after: after === null ? null : { at: new Date(after.value.at), id: after.value.id },
        limit,
      });
      return ok(
        jsonResponse({
          data: changes.map(changeJson),
          next_cursor: next === null ? null : encodeCursor({ at: next.at.toISOString(), id: next.id }),
          has_more: next !== null,
        }),
      );
    },
  },
});
