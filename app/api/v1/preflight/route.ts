import { z } from 'zod';
import { err, ok } from '#lib/model/result.ts';
import type { PreflightVerdict } from '#lib/planner/preflight.ts';
import { requestPreflight } from '#prisma/commands/preflights.ts';
import { apiRoute } from '#app/_api/api-route.ts';
import { jsonResponse } from '#app/_api/json-response.ts';
import { preflightBodies, preflightBody } from '#app/_api/preflight-body.ts';
import { preflightAnswer, preflightJson, preflightUrl } from '#app/_api/preflight-json.ts';
import { notFound } from '#app/_api/problem.ts';
import { readBody, readQuery } from '#app/_api/read-body.ts';
import { awaitPreflight } from '#app/_queries/preflights.ts';

const longestWaitSeconds = 10;

const query = z.object({ fail_on: z.enum(['block', 'warn'], 'must be block or warn').optional() });

/** Verdicts that a pipeline wants to stop at. */
const failing: Readonly<Record<'block' | 'warn', readonly PreflightVerdict[]>> = {
  block: ['block'],
  warn: ['warn', 'unknown', 'block'],
};

/** How long the client wants to wait (RFC 7240 section 4.3); as long as we wait for anybody where it does not say. */
function wantedWaitMs(request: Request): number {
  const wait = /(?:^|[,;\s])wait=(\d{1,4})(?:$|[,;\s])/.exec(request.headers.get('prefer') ?? '')?.[1];
  return Math.min(Number(wait ?? longestWaitSeconds), longestWaitSeconds) * 1000;
}

/** Answers with the verdict, whatever it is: 409 only where the query says which verdicts are to fail. */
export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = apiRoute({
  POST: {
    scope: 'preflight:run',
    summary: 'Ask whether a change may go ahead now',
    description:
      'Waits up to 10 seconds for a worker, or as long as `Prefer: wait=` says; then 202. 409 only where `fail_on` asks for it.',
    query,
    body: preflightBodies,
    headers: ['Prefer'],
    answers: { 200: preflightAnswer, 202: preflightAnswer, 409: preflightAnswer },
    handle: async ({ request, actor, db, now }) => {
      const asked = readQuery(request, query);
      if (!asked.ok) return asked;
      const body = await readBody(request, preflightBody);
      if (!body.ok) return body;
      const id = await db.$transaction((tx) => requestPreflight(tx, { request: body.value, actor: actor.name, now }));
      const found = await awaitPreflight(id, wantedWaitMs(request));
      if (found === null) return err(notFound('This preflight'));
      const location = preflightUrl(id);
      if (found.finishedAt === null) return ok(jsonResponse(preflightJson(found), { status: 202, location }));
      if (found.report === null) return err({ kind: 'not-valid', detail: found.error ?? 'It could not be answered.' });
      const { fail_on: failOn } = asked.value;
      const fails = failOn !== undefined && failing[failOn].includes(found.report.verdict);
      return ok(jsonResponse(preflightJson(found), { status: fails ? 409 : 200, location }));
    },
  },
});
