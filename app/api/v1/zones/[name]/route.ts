import { parseDomainName } from '#lib/model/domain-name.ts';
import { err, ok } from '#lib/model/result.ts';
import { apiRoute } from '#app/_api/api-route.ts';
import { jsonResponse } from '#app/_api/json-response.ts';
import { notFound } from '#app/_api/problem.ts';
import { zoneDetailAnswer, zoneDetailJson } from '#app/_api/zone-detail-json.ts';
import { findZone, readLatestZone } from '#app/_queries/zones.ts';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = apiRoute({
  GET: {
    scope: 'inventory:read',
    summary: 'One zone, its findings and what the latest run saw',
    answers: { 200: zoneDetailAnswer },
    handle: async ({ params, now }) => {
      const text = params['name'] ?? '';
      const name = parseDomainName(text);
      // A zone may have a name that no mail domain has, e.g. `_tcp.example.org`.
      const zone = await findZone(name.ok ? name.value.ascii : text.toLowerCase().replace(/\.$/, ''), now);
      return zone === null
        ? err(notFound('This zone'))
        : ok(jsonResponse(zoneDetailJson(zone, await readLatestZone(zone.id))));
    },
  },
});
