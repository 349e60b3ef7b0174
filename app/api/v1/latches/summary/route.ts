import { z } from 'zod';
import { countClients, countClientsBy, countTag, tagsOf } from '#lib/census/count-tags.ts';
import { selectClients, wholeCensus } from '#lib/census/selection.ts';
import { ok } from '#lib/model/result.ts';
import { clients, listed } from '#app/_api/answer-schema.ts';
import { apiRoute } from '#app/_api/api-route.ts';
import { jsonResponse } from '#app/_api/json-response.ts';
import { countJson, coverageAnswer, coverageJson, tagCount, tagCountJson } from '#app/_api/latch-json.ts';
import { coverageDays, readCensusCube } from '#app/_queries/census-cube.ts';
import { shownDays } from '#app/_queries/census-filter.ts';
import { readPromisedTags } from '#app/_queries/promised-tags.ts';
import { smallestShown } from '#app/_queries/show-count.ts';

const answer = z.object({
  seen_within_days: z.int(),
  smallest_shown: z.int().describe('Numbers of clients under this are null.'),
  clients,
  tags: listed(z.object({ tag: z.string(), ...tagCount })),
  tls_versions: listed(z.object({ version: z.string().nullable().describe('Null: it was not told.'), clients })),
  coverage_days: z.int(),
  coverage: listed(coverageAnswer),
});

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = apiRoute({
  GET: {
    scope: 'findings:read',
    summary: 'How many clients hold which security tags',
    answers: { 200: answer },
    handle: async ({ now }) => {
      const [cube, promises] = await Promise.all([readCensusCube(now), readPromisedTags()]);
      const filter = { ...wholeCensus, withinDays: shownDays };
      const selected = selectClients(cube, { filter, promises, now: now.getTime() });
      const byTls = countClientsBy(selected, ({ entry }) => entry.tlsVersion);
      return ok(
        jsonResponse({
          seen_within_days: shownDays,
          /** Numbers of clients under this are null. */
          smallest_shown: smallestShown,
          clients: countJson(countClients(selected)),
          tags: tagsOf(selected).map((tag) => ({ tag, ...tagCountJson(countTag(selected, tag)) })),
          /** A version of null was not told. */
          tls_versions: [...byTls].map(([version, count]) => ({ version, clients: countJson(count) })),
          coverage_days: coverageDays,
          coverage: cube.coverage.map(coverageJson),
        }),
      );
    },
  },
});
