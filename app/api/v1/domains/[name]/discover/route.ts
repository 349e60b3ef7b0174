import { z } from 'zod';
import { parseDomainName } from '#lib/model/domain-name.ts';
import { err, ok } from '#lib/model/result.ts';
import { requestDiscovery } from '#prisma/commands/domains.ts';
import { link } from '#app/_api/answer-schema.ts';
import { apiRoute } from '#app/_api/api-route.ts';
import { discoveryUrl } from '#app/_api/domain-json.ts';
import { jsonResponse } from '#app/_api/json-response.ts';
import { notFound } from '#app/_api/problem.ts';
import { findDomain } from '#app/_queries/domains.ts';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = apiRoute({
  POST: {
    scope: 'inventory:write',
    summary: 'Look for the services of a domain now',
    answers: { 202: z.object({ discovery_id: z.string(), discovery_url: link }) },
    handle: async ({ params, actor, db, now }) => {
      const name = parseDomainName(params['name'] ?? '');
      const domain = name.ok ? await findDomain(name.value.ascii, now) : null;
      if (domain === null) return err(notFound('This domain'));
      const request = { domainId: domain.id, actor: actor.name, now };
      const discoveryId = await db.$transaction((tx) => requestDiscovery(tx, request));
      const location = discoveryUrl(discoveryId);
      return ok(jsonResponse({ discovery_id: discoveryId, discovery_url: location }, { status: 202, location }));
    },
  },
});
