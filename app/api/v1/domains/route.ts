import { z } from 'zod';
import { parseDomainName } from '#lib/model/domain-name.ts';
import { ok } from '#lib/model/result.ts';
import { addDomain } from '#prisma/commands/domains.ts';
import { link, page } from '#app/_api/answer-schema.ts';
import { apiRoute } from '#app/_api/api-route.ts';
import { decodeCursor, encodeCursor } from '#app/_api/cursor.ts';
import { discoveryUrl, domainAnswer, domainJson } from '#app/_api/domain-json.ts';
import { jsonResponse } from '#app/_api/json-response.ts';
import { plainListQuery } from '#app/_api/list-query.ts';
import { readBody, readQuery } from '#app/_api/read-body.ts';
import { resultSchema } from '#app/_api/result-schema.ts';
import { listDomains } from '#app/_queries/domains.ts';
import { readWebSettings } from '#app/_auth/web-settings.ts';

const place = z.object({ name: z.string() });
const body = z.object({ name: resultSchema(parseDomainName, 'must be the name of a mail domain as text') });

const addedAnswer = z.object({
  id: z.string(),
  name: z.string(),
  created: z.boolean(),
  discovery_id: z.string(),
  discovery_url: link,
  url: link,
});

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = apiRoute({
  GET: {
    scope: 'inventory:read',
    summary: 'Domains that are watched',
    query: plainListQuery,
    answers: { 200: page(domainAnswer) },
    handle: async ({ request, now }) => {
      const asked = readQuery(request, plainListQuery);
      if (!asked.ok) return asked;
      const { limit, cursor } = asked.value;
      const after = cursor === undefined ? null : decodeCursor(cursor, place);
      if (after !== null && !after.ok) return after;
      const { domains, next } = await listDomains({ after: after?.value.name ?? null, limit, now });
      return ok(
        jsonResponse({
          data: domains.map(domainJson),
          next_cursor: next === null ? null : encodeCursor({ name: next }),
          has_more: next !== null,
        }),
      );
    },
  },
  POST: {
    scope: 'inventory:write',
    summary: 'Watch a domain: its services are looked for at once',
    body,
    answers: { 202: addedAnswer },
    handle: async ({ request, actor, db, now }) => {
      const asked = await readBody(request, body);
      if (!asked.ok) return asked;
      const { ascii } = asked.value.name;
      const added = await db.$transaction((tx) => addDomain(tx, { name: ascii, actor: actor.name, now }));
      const location = discoveryUrl(added.discoveryId);
      return ok(
        jsonResponse(
          {
            id: added.domainId,
            name: ascii,
            created: added.created,
            discovery_id: added.discoveryId,
            discovery_url: location,
            url: new URL(`/domains/${ascii}`, readWebSettings().publicUrl).href,
          },
          { status: 202, location },
        ),
      );
    },
  },
});
