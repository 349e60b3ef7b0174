import { z } from 'zod';
import { guardOfSettings } from '#lib/address-guard.ts';
import { err, ok, type Result } from '#lib/model/result.ts';
import { declareEndpoint } from '#prisma/commands/declarations.ts';
import type { ApiCall } from '#app/_api/api-call.ts';
import { apiRoute } from '#app/_api/api-route.ts';
import { declarationAnswer, declarationJson, declaredMembers } from '#app/_api/declaration-json.ts';
import { jsonResponse } from '#app/_api/json-response.ts';
import { notFound, type Problem } from '#app/_api/problem.ts';
import { readBody } from '#app/_api/read-body.ts';
import { readWebSettings } from '#app/_auth/web-settings.ts';
import { findDeclaration } from '#app/_queries/declarations.ts';
import { findEndpoint } from '#app/_queries/endpoints.ts';

const body = z.record(z.string(), z.unknown(), 'must be an object');
/** What the parser of the facts, which words its mistakes itself, takes. */
const documentedBody = declaredMembers.partial();

async function answer(endpointId: string, now: Date): Promise<Result<Response, Problem>> {
  return ok(jsonResponse(declarationJson(await findDeclaration(endpointId, now))));
}

async function declare(
  { request, params, actor, db, now }: ApiCall,
  mode: 'merge' | 'replace',
): Promise<Result<Response, Problem>> {
  const asked = await readBody(request, body);
  if (!asked.ok) return asked;
  const endpointId = params['id'] ?? '';
  const wanted = { endpointId, fields: asked.value, mode, guard: guardOfSettings(readWebSettings()) };
  const said = await db.$transaction((tx) => declareEndpoint(tx, { ...wanted, actor: actor.name, now }));
  switch (said.outcome) {
    case 'declared':
      return answer(endpointId, now);
    case 'not-found':
      return err(notFound('This endpoint'));
    case 'refused':
      return err({
        kind: 'not-valid',
        detail: 'Correct the members named in errors.',
        errors: said.mistakes.map(({ field, reason }) => ({ pointer: `/${field}`, detail: reason })),
      });
  }
}

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = apiRoute({
  GET: {
    scope: 'inventory:read',
    summary: 'What is declared of an endpoint',
    answers: { 200: declarationAnswer },
    handle: async ({ params, now }) => {
      const endpoint = await findEndpoint(params['id'] ?? '', now);
      return endpoint === null ? err(notFound('This endpoint')) : answer(endpoint.id, now);
    },
  },
  /** All the facts: what is missing is undeclared afterwards. */
  PUT: {
    scope: 'inventory:write',
    summary: 'Declare all the facts: what is missing is undeclared afterwards',
    body: documentedBody,
    answers: { 200: declarationAnswer },
    handle: (call) => declare(call, 'replace'),
  },
  /** Some of the facts: what is missing stays. */
  PATCH: {
    scope: 'inventory:write',
    summary: 'Declare some of the facts: what is missing stays',
    body: documentedBody,
    answers: { 200: declarationAnswer },
    handle: (call) => declare(call, 'merge'),
  },
});
