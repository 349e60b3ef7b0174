import { z } from 'zod';
import { err, ok } from '#lib/model/result.ts';
import { placeEvents } from '#prisma/commands/place-events.ts';
import { listed } from '#app/_api/answer-schema.ts';
import { apiRoute } from '#app/_api/api-route.ts';
import { decodeCursor } from '#app/_api/cursor.ts';
import {
  encodeEventCursor,
  eventPlace,
  incidentEventAnswer,
  incidentEventJson,
} from '#app/_api/incident-event-json.ts';
import { jsonResponse, latestOf } from '#app/_api/json-response.ts';
import { limitParameter } from '#app/_api/list-query.ts';
import { readQuery } from '#app/_api/read-body.ts';
import { readFeedEvents } from '#app/_queries/incident-events.ts';

const atTheEnd = 'end';

const query = z.object({
  limit: limitParameter,
  after: z
    .string()
    .max(1000)
    .optional()
    .describe(
      '`next_cursor` of the answer before. Without it: the oldest event that is kept. `end`: nothing but a cursor.',
    ),
  attached: z
    .enum(['true', 'false'], 'must be true or false')
    .optional()
    .describe('true: also what happened to incidents that another one explains.'),
});

const answer = z.object({
  data: listed(incidentEventAnswer),
  next_cursor: z.string().describe('Always there: give it as `after` the next time.'),
  has_more: z.boolean().describe('Whether to ask again at once. A page may have fewer events than `limit`, even none.'),
});

const resync =
  'Ask with after=end for a new cursor, read GET /api/v1/incidents?state=open,acknowledged whole, then go on from that cursor.';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = apiRoute({
  GET: {
    scope: 'incidents:read',
    summary: 'What happened to incidents, in an order in which nothing is ever put before what was read',
    description:
      'Append-only. An event is there once its transaction has committed, behind all that were there before: poll with the last cursor, at most every 15 seconds, and nothing is missed. Events are kept for at least 30 days.',
    query,
    answers: { 200: answer },
    handle: async ({ request, db }) => {
      const asked = readQuery(request, query);
      if (!asked.ok) return asked;
      const { limit, after: cursor, attached } = asked.value;
      const { placed, pruned } = await placeEvents(db);
      if (cursor === atTheEnd) {
        return ok(jsonResponse({ data: [], next_cursor: encodeEventCursor(placed), has_more: false }));
      }
      const place = cursor === undefined ? null : decodeCursor(cursor, eventPlace);
      if (place !== null && !place.ok) return place;
      const after = place === null ? pruned : BigInt(place.value.event);
      if (after < pruned) {
        return err({ kind: 'cursor-expired', detail: `Events behind it are deleted. ${resync}` });
      }
      if (after > placed) {
        return err({ kind: 'cursor-expired', detail: `The database is older than this cursor. ${resync}` });
      }
      const found = await readFeedEvents({ after, upTo: placed, limit, attached: attached === 'true' });
      return ok(
        jsonResponse(
          {
            data: found.events.map(incidentEventJson),
            next_cursor: encodeEventCursor(found.scanned),
            has_more: found.hasMore,
          },
          { lastModified: latestOf(found.events.map(({ at }) => at)) },
        ),
      );
    },
  },
});
