import { z } from 'zod';
import { parseHostName } from '#lib/model/domain-name.ts';
import { ok } from '#lib/model/result.ts';
import { page } from '#app/_api/answer-schema.ts';
import { apiRoute } from '#app/_api/api-route.ts';
import { commitmentAnswer, commitmentJson } from '#app/_api/commitment-json.ts';
import { decodeCursor, encodeCursor } from '#app/_api/cursor.ts';
import { jsonResponse } from '#app/_api/json-response.ts';
import { listQuery } from '#app/_api/list-query.ts';
import { readQuery } from '#app/_api/read-body.ts';
import { resultSchema } from '#app/_api/result-schema.ts';
import { listCommitments } from '#app/_queries/commitments.ts';

const place = z.object({ host: z.string(), tag: z.string() });
const query = z.object({ ...listQuery, host: resultSchema(parseHostName, 'must be the name of a host').optional() });

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = apiRoute({
  GET: {
    scope: 'inventory:read',
    summary: 'Security tags that hosts have ever advertised',
    query,
    answers: { 200: page(commitmentAnswer) },
    handle: async ({ request }) => {
      const asked = readQuery(request, query);
      if (!asked.ok) return asked;
      const { limit, cursor, host } = asked.value;
      const after = cursor === undefined ? null : decodeCursor(cursor, place);
      if (after !== null && !after.ok) return after;
      const { commitments, next } = await listCommitments({
        host: host?.ascii ?? null,
        after: after?.value ?? null,
        limit,
      });
      return ok(
        jsonResponse({
          data: commitments.map(commitmentJson),
          next_cursor: next === null ? null : encodeCursor({ ...next }),
          has_more: next !== null,
        }),
      );
    },
  },
});
