import { z } from 'zod';
import { ok } from '#lib/model/result.ts';
import { page } from '#app/_api/answer-schema.ts';
import { apiRoute } from '#app/_api/api-route.ts';
import { decodeCursor, encodeCursor } from '#app/_api/cursor.ts';
import { zoneDnssecAnswer, zoneDnssecJson } from '#app/_api/dnssec-json.ts';
import { jsonResponse, latestOf } from '#app/_api/json-response.ts';
import { plainListQuery } from '#app/_api/list-query.ts';
import { readQuery } from '#app/_api/read-body.ts';
import { readZoneDnssec } from '#app/_queries/zone-dnssec.ts';
import { listZones } from '#app/_queries/zones.ts';

const place = z.object({ name: z.string() });

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = apiRoute({
  GET: {
    scope: 'inventory:read',
    summary: 'What DNSSEC says of the zones that mail depends on',
    query: plainListQuery,
    answers: { 200: page(zoneDnssecAnswer) },
    handle: async ({ request, now }) => {
      const asked = readQuery(request, plainListQuery);
      if (!asked.ok) return asked;
      const { limit, cursor } = asked.value;
      const after = cursor === undefined ? null : decodeCursor(cursor, place);
      if (after !== null && !after.ok) return after;
      const { zones, next } = await listZones({ after: after?.value.name ?? null, limit, now });
      const dnssec = await readZoneDnssec(zones.map(({ id }) => id));
      const data = zones.map((zone) => zoneDnssecJson(zone, dnssec.get(zone.id)));
      return ok(
        jsonResponse(
          {
            data,
            next_cursor: next === null ? null : encodeCursor({ name: next }),
            has_more: next !== null,
          },
          { lastModified: latestOf(data.map(({ seen_at: at }) => at)) },
        ),
      );
    },
  },
});
