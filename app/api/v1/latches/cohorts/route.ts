import { z } from 'zod';
import { listCohorts } from '#lib/census/cohorts.ts';
import { selectClients, wholeCensus } from '#lib/census/selection.ts';
import { services } from '#lib/model/endpoint.ts';
import { parseHostName } from '#lib/model/domain-name.ts';
import { ok } from '#lib/model/result.ts';
import { page } from '#app/_api/answer-schema.ts';
import { apiRoute } from '#app/_api/api-route.ts';
import { decodeCursor, encodeCursor } from '#app/_api/cursor.ts';
import { jsonResponse } from '#app/_api/json-response.ts';
import { cohortAnswer, cohortJson } from '#app/_api/latch-json.ts';
import { listQuery } from '#app/_api/list-query.ts';
import { readQuery } from '#app/_api/read-body.ts';
import { resultSchema } from '#app/_api/result-schema.ts';
import { readCensusCube } from '#app/_queries/census-cube.ts';
import { readPromisedTags } from '#app/_queries/promised-tags.ts';

const place = z.object({ key: z.string() });
const query = z.object({
  ...listQuery,
  // It holds names of a client and a server, which strangers may make long.
  cursor: z.string().max(4000).optional(),
  tag: z.string('must be a security tag').min(1).max(64).toLowerCase(),
  host: resultSchema(parseHostName, 'must be the name of a host').optional(),
  service: z.enum(services).optional(),
  client: z.string().max(64).optional(),
});

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = apiRoute({
  GET: {
    scope: 'findings:read',
    summary: 'Clients that hold a security tag, by name, version and server',
    query,
    answers: { 200: page(cohortAnswer) },
    handle: async ({ request, now }) => {
      const asked = readQuery(request, query);
      if (!asked.ok) return asked;
      const { limit, cursor, tag, host, service, client } = asked.value;
      const after = cursor === undefined ? null : decodeCursor(cursor, place);
      if (after !== null && !after.ok) return after;
      const [cube, promises] = await Promise.all([readCensusCube(now), readPromisedTags()]);
      const filter = { ...wholeCensus, host: host?.ascii ?? null, service: service ?? null, client: client ?? null };
      const cohorts = listCohorts(selectClients(cube, { filter, promises, now: now.getTime() }), tag);
      const rest = after === null ? cohorts : cohorts.filter(({ key }) => key > after.value.key);
      const shown = rest.slice(0, limit);
      const last = shown.at(-1);
      const hasMore = rest.length > shown.length;
      return ok(
        jsonResponse({
          data: shown.map(cohortJson),
          next_cursor: hasMore && last !== undefined ? encodeCursor({ key: last.key }) : null,
          has_more: hasMore,
        }),
      );
    },
  },
});
