import { z } from 'zod';
import { dnssecStates } from '#lib/model/dnssec.ts';
import { parseHostName } from '#lib/model/domain-name.ts';
import { ok } from '#lib/model/result.ts';
import { page } from '#app/_api/answer-schema.ts';
import { apiRoute } from '#app/_api/api-route.ts';
import { decodeCursor, encodeCursor } from '#app/_api/cursor.ts';
import { jsonResponse, latestOf } from '#app/_api/json-response.ts';
import { listQuery } from '#app/_api/list-query.ts';
import { readQuery } from '#app/_api/read-body.ts';
import { resultSchema } from '#app/_api/result-schema.ts';
import { tlsaAnswer, tlsaJson } from '#app/_api/tlsa-json.ts';
import { listAskedEndpoints, readServedTlsa } from '#app/_queries/served-tlsa.ts';

const query = z.object({
  ...listQuery,
  host: resultSchema(parseHostName, 'must be the name of a host').optional(),
  published: z
    .enum(['true', 'false'], 'must be true or false')
    .optional()
    .describe('Only where there are records, or where there are none.'),
  dnssec: z.enum(dnssecStates, `must be one of ${dnssecStates.join(', ')}`).optional(),
});
const place = z.object({ host: z.string(), port: z.coerce.number().int().min(1).max(65535), id: z.string() });

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = apiRoute({
  GET: {
    scope: 'inventory:read',
    summary: 'TLSA records of watched endpoints, and which certificates they name',
    query,
    answers: { 200: page(tlsaAnswer) },
    handle: async ({ request }) => {
      const asked = readQuery(request, query);
      if (!asked.ok) return asked;
      const { limit, cursor, host, published, dnssec = null } = asked.value;
      const after = cursor === undefined ? null : decodeCursor(cursor, place);
      if (after !== null && !after.ok) return after;
      const { endpoints, next } = await listAskedEndpoints({
        ...{ host: host?.ascii ?? null, dnssec, limit, after: after?.value ?? null },
        published: published === undefined ? null : published === 'true',
      });
      const served = await readServedTlsa(endpoints.map(({ id }) => id));
      const data = endpoints.flatMap((endpoint) => {
        const answer = served.get(endpoint.id);
        return answer === undefined ? [] : [tlsaJson(endpoint, answer)];
      });
      return ok(
        jsonResponse(
          {
            data,
            next_cursor: next === null ? null : encodeCursor({ host: next.host, port: String(next.port), id: next.id }),
            has_more: next !== null,
          },
          { lastModified: latestOf(data.map(({ seen_at: at }) => at)) },
        ),
      );
    },
  },
});
