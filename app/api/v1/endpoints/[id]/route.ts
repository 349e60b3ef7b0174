import { err, ok } from '#lib/model/result.ts';
import { removeEndpoint } from '#prisma/commands/endpoints.ts';
import { apiRoute } from '#app/_api/api-route.ts';
import { endpointDetailAnswer, endpointDetailJson } from '#app/_api/endpoint-detail-json.ts';
import { jsonResponse } from '#app/_api/json-response.ts';
import { notFound } from '#app/_api/problem.ts';
import { findDeclaration } from '#app/_queries/declarations.ts';
import { readEndpointEvidence } from '#app/_queries/endpoint-evidence.ts';
import { findEndpoint } from '#app/_queries/endpoints.ts';
import { listFindings } from '#app/_queries/findings.ts';
import { findScan } from '#app/_queries/scans.ts';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = apiRoute({
  GET: {
    scope: 'inventory:read',
    summary: 'One endpoint, its findings and the evidence of the latest run',
    answers: { 200: endpointDetailAnswer },
    handle: async ({ params, now }) => {
      const endpoint = await findEndpoint(params['id'] ?? '', now);
      if (endpoint === null) return err(notFound('This endpoint'));
      const [evidence, findings, declaration, scan] = await Promise.all([
        readEndpointEvidence(endpoint.id, endpoint),
        listFindings({ endpointId: endpoint.id }),
        findDeclaration(endpoint.id, now),
        findScan(endpoint.id, endpoint),
      ]);
      return ok(jsonResponse(endpointDetailJson(endpoint, { evidence, findings, declaration, scan })));
    },
  },
  DELETE: {
    scope: 'inventory:write',
    summary: 'Watch an endpoint no more',
    answers: { 204: null },
    handle: async ({ params, actor, db, now }) => {
      const request = { endpointId: params['id'] ?? '', domainId: null, actor: actor.name, now };
      const removed = await db.$transaction((tx) => removeEndpoint(tx, request));
      return removed ? ok(new Response(null, { status: 204 })) : err(notFound('This endpoint'));
    },
  },
});
