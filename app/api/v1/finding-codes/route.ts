import { z } from 'zod';
import { allFindings } from '#lib/checks/registry.ts';
import { ok } from '#lib/model/result.ts';
import { page } from '#app/_api/answer-schema.ts';
import { apiRoute } from '#app/_api/api-route.ts';
import { decodeCursor, encodeCursor } from '#app/_api/cursor.ts';
import { findingCodeAnswer, findingCodeJson } from '#app/_api/finding-code-json.ts';
import { jsonResponse } from '#app/_api/json-response.ts';
import { plainListQuery } from '#app/_api/list-query.ts';
import { readQuery } from '#app/_api/read-body.ts';

const place = z.object({ rule: z.string() });
const byCode = allFindings.toSorted((a, b) => (a.code < b.code ? -1 : 1));

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = apiRoute({
  GET: {
    scope: 'findings:read',
    summary: 'All kinds of findings',
    query: plainListQuery,
    answers: { 200: page(findingCodeAnswer) },
    handle: ({ request }) => {
      const asked = readQuery(request, plainListQuery);
      if (!asked.ok) return Promise.resolve(asked);
      const { limit, cursor } = asked.value;
      const after = cursor === undefined ? null : decodeCursor(cursor, place);
      if (after !== null && !after.ok) return Promise.resolve(after);
      const rest = byCode.filter(({ code }) => after === null || code > after.value.rule);
      const page = rest.slice(0, limit);
      const hasMore = rest.length > page.length;
      return Promise.resolve(
        ok(
          jsonResponse({
            data: page.map(findingCodeJson),
            next_cursor: hasMore ? encodeCursor({ rule: page.at(-1)?.code ?? '' }) : null,
            has_more: hasMore,
          }),
        ),
      );
    },
  },
});
