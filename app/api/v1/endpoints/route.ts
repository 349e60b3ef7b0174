import { z } from 'zod';
import { parseDomainName, parseHostName } from '#lib/model/domain-name.ts';
import { findServiceRow, services, tlsModes } from '#lib/model/endpoint.ts';
import { err, ok } from '#lib/model/result.ts';
import { addEndpoint } from '#prisma/commands/endpoints.ts';
import { page } from '#app/_api/answer-schema.ts';
import { apiRoute } from '#app/_api/api-route.ts';
import { decodeCursor, encodeCursor } from '#app/_api/cursor.ts';
import { endpointAnswer, endpointJson } from '#app/_api/endpoint-json.ts';
import { jsonResponse } from '#app/_api/json-response.ts';
import { listQuery } from '#app/_api/list-query.ts';
import { notFound } from '#app/_api/problem.ts';
import { readBody, readQuery } from '#app/_api/read-body.ts';
import { resultSchema } from '#app/_api/result-schema.ts';
import { findDomain } from '#app/_queries/domains.ts';
import { findEndpoint, listEndpoints } from '#app/_queries/endpoints.ts';

const place = z.object({ host: z.string(), port: z.coerce.number().int().min(1).max(65535), id: z.string() });
const query = z.object({ ...listQuery, domain: resultSchema(parseDomainName, 'must be a mail domain').optional() });

const body = z
  .object({
    domain: resultSchema(parseDomainName, 'must be the name of a mail domain as text'),
    service: z.enum(services, `must be one of ${services.join(', ')}`),
    tls: z.enum(tlsModes, `must be one of ${tlsModes.join(', ')}`),
    host: resultSchema(parseHostName, 'must be the name of a host as text'),
    port: z.int('must be a port number from 1 to 65535').min(1).max(65535),
  })
  .refine(({ service, tls }) => findServiceRow(service, tls) !== undefined, {
    path: ['tls'],
    error: 'smtp on an MX host has no implicit TLS',
  });

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = apiRoute({
  GET: {
    scope: 'inventory:read',
    summary: 'Mail services that are known',
    query,
    answers: { 200: page(endpointAnswer) },
    handle: async ({ request, now }) => {
      const asked = readQuery(request, query);
      if (!asked.ok) return asked;
      const { limit, cursor, domain } = asked.value;
      const after = cursor === undefined ? null : decodeCursor(cursor, place);
      if (after !== null && !after.ok) return after;
      const page = { domain: domain?.ascii ?? null, after: after?.value ?? null, limit, now };
      const { endpoints, next } = await listEndpoints(page);
      return ok(
        jsonResponse({
          data: endpoints.map(endpointJson),
          next_cursor: next === null ? null : encodeCursor({ ...next, port: String(next.port) }),
          has_more: next !== null,
        }),
      );
    },
  },
  POST: {
    scope: 'inventory:write',
    summary: 'Add a service that no record tells of',
    body,
    answers: { 200: endpointAnswer, 201: endpointAnswer },
    handle: async ({ request, db, now }) => {
      const asked = await readBody(request, body);
      if (!asked.ok) return asked;
      const { domain: name, service, tls: tlsMode, host, port } = asked.value;
      const domain = await findDomain(name.ascii, now);
      if (domain === null) {
        const detail = 'is not watched: add it first with POST /api/v1/domains';
        return err({ kind: 'not-valid', detail: 'The domain is not known.', errors: [{ pointer: '/domain', detail }] });
      }
      const target = { service, tlsMode, host: host.ascii, port };
      const added = await db.$transaction((tx) => addEndpoint(tx, { domainId: domain.id, target, now }));
      const endpoint = await findEndpoint(added.endpointId, now);
      if (endpoint === null) return err(notFound('This endpoint'));
      return ok(
        jsonResponse(endpointJson(endpoint), {
          status: added.created ? 201 : 200,
          location: `/api/v1/endpoints/${added.endpointId}`,
        }),
      );
    },
  },
});
