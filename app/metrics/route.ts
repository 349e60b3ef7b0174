import { z } from 'zod';
import { expositionContentType, formatExposition } from '#lib/metrics/exposition.ts';
import { ok } from '#lib/model/result.ts';
import { apiRoute } from '#app/_api/api-route.ts';
import { readMetrics } from '#app/_queries/metrics.ts';

/** For Prometheus, with a token of the scope status:read. */
export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = apiRoute({
  GET: {
    scope: 'status:read',
    summary: 'Numbers about this installation in the text format of Prometheus.',
    answers: { 200: z.string() },
    handle: async ({ now }) =>
      ok(
        new Response(formatExposition(await readMetrics(now)), {
          headers: { 'content-type': expositionContentType, 'cache-control': 'no-store' },
        }),
      ),
  },
});
