import { z } from 'zod';
import { ok } from '#lib/model/result.ts';
import { page } from '#app/_api/answer-schema.ts';
import { apiRoute } from '#app/_api/api-route.ts';
import { decodeCursor, encodeCursor } from '#app/_api/cursor.ts';
import { jsonResponse } from '#app/_api/json-response.ts';
import { plainListQuery } from '#app/_api/list-query.ts';
import { readQuery } from '#app/_api/read-body.ts';
import { zoneAnswer, zoneJson } from '#app/_api/zone-json.ts';
import { listZones } from '#app/_queries/zones.ts';

const place = z.object({ name: z.string() });

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = apiRoute({
  GET: {
    scope: 'inventory:read',
    summary: 'DNS zones that mail depends on',
    query: plainListQuery,
    answers: { 200: page(zoneAnswer) },
    handle: async ({ request, now }) => {
      const asked = readQuery(request, plainListQuery);
      if (!asked.ok) return asked;
      const { limit, cursor } = asked.value;
      const after = cursor === undefined ? null : decodeCursor(cursor, place);
      if (after !== null && !after.ok) return after;
      const { zones, next } = await listZones({ after: after?.value.name ?? null, limit, now });
      return ok(
        jsonResponse({
          data: zones.map(zoneJson),
          next_cursor: next === null ? null : encodeCursor({ name: next }),
          has_more: next !== null,
        }),
      );
    },
  },
});
