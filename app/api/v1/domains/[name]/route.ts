import { parseDomainName } from '#lib/model/domain-name.ts';
import { err, ok } from '#lib/model/result.ts';
import { removeDomain } from '#prisma/commands/domains.ts';
import { apiRoute } from '#app/_api/api-route.ts';
import { domainAnswer, domainJson } from '#app/_api/domain-json.ts';
import { jsonResponse } from '#app/_api/json-response.ts';
import { notFound } from '#app/_api/problem.ts';
import { findDomain } from '#app/_queries/domains.ts';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = apiRoute({
  GET: {
    scope: 'inventory:read',
    summary: 'One domain',
    answers: { 200: domainAnswer },
    handle: async ({ params, now }) => {
      const name = parseDomainName(params['name'] ?? '');
      const domain = name.ok ? await findDomain(name.value.ascii, now) : null;
      return domain === null ? err(notFound('This domain')) : ok(jsonResponse(domainJson(domain)));
    },
  },
  DELETE: {
    scope: 'inventory:write',
    summary: 'Watch a domain no more',
    answers: { 204: null },
    handle: async ({ params, actor, db, now }) => {
      const name = parseDomainName(params['name'] ?? '');
      const domain = name.ok ? await findDomain(name.value.ascii, now) : null;
      if (domain === null) return err(notFound('This domain'));
      await db.$transaction((tx) => removeDomain(tx, { domainId: domain.id, actor: actor.name, now }));
      return ok(new Response(null, { status: 204 }));
    },
  },
});
