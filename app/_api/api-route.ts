import { randomUUID } from 'node:crypto';
import type { Result } from '#lib/model/result.ts';
import type { Actor, Refusal, RequiredScope } from '#app/_auth/authorize.ts';
import { authorize } from '#app/_auth/authorize.ts';
import { database } from '#app/_queries/database.ts';
import { logError } from './log-error.ts';
import type { Problem } from './problem.ts';
import { notFound, problemResponse } from './problem.ts';
import { isStorable } from './storable-text.ts';

export interface ApiCall {
  readonly request: Request;
  /** Values of the `[name]` parts of the path, decoded. */
  readonly params: Readonly<Record<string, string>>;
  readonly actor: Actor;
  readonly db: ReturnType<typeof database>;
  readonly now: Date;
}

interface MethodDefinition {
  readonly scope: RequiredScope;
  readonly handle: (call: ApiCall) => Promise<Result<Response, Problem>>;
}

const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const;
type Method = (typeof methods)[number];
/** Next's server gives no values at all where the path has no `[name]` part. */
type RouteContext = { readonly params: Promise<Record<string, string | string[] | undefined> | undefined> };
type RouteHandler = (request: Request, context: RouteContext) => Promise<Response>;

function refusalProblem(refusal: Refusal): Problem {
  switch (refusal.why) {
    case 'not-authenticated':
      return {
        kind: 'not-authenticated',
        detail: 'Send a token as Authorization: Bearer, or as the password of HTTP Basic.',
        headers: { 'www-authenticate': 'Bearer realm="Latchwatch", Basic realm="Latchwatch", charset="UTF-8"' },
      };
    case 'not-allowed':
      return { kind: 'not-allowed', detail: `This needs ${refusal.scope}.` };
    case 'foreign-origin':
      return { kind: 'foreign-origin', detail: 'A session may change something only from the console’s own pages.' };
  }
}

function decode(params: Record<string, string | string[] | undefined>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(params).map(([name, value]) => {
      const text = Array.isArray(value) ? value.join('/') : (value ?? '');
      try {
        return [name, decodeURIComponent(text)];
      } catch {
        return [name, text];
      }
    }),
  );
}

/**
 * The handlers of one address of the API. Each method names the scope it needs; there is no method without one, and
 * what is not listed is answered with 405. A bug becomes a 500 with an id that the log has too.
 */
export function apiRoute(
  definitions: Partial<Record<Exclude<Method, 'HEAD'>, MethodDefinition>>,
): Record<Method, RouteHandler> {
  const allow = methods.filter((method) => definitions[method === 'HEAD' ? 'GET' : method] !== undefined).join(', ');
  const handler: RouteHandler = async (request, context) => {
    const requestId = randomUUID();
    const { pathname } = new URL(request.url);
    const method = methods.find((known) => known === request.method);
    const definition = method === undefined ? undefined : definitions[method === 'HEAD' ? 'GET' : method];
    const respond = (problem: Problem): Response => problemResponse(problem, pathname, requestId);
    if (definition === undefined) {
      return respond({ kind: 'method-not-allowed', detail: `Allowed here: ${allow}.`, headers: { allow } });
    }
    try {
      const actor = await authorize(request, definition.scope);
      if (!actor.ok) return respond(refusalProblem(actor.error));
      const params = decode((await context.params) ?? {});
      if (!Object.values(params).every(isStorable)) return respond(notFound('This address'));
      const answer = await definition.handle({ request, params, actor: actor.value, db: database(), now: new Date() });
      return answer.ok ? answer.value : respond(answer.error);
    } catch (error) {
      logError('request failed', { requestId, method: request.method, error });
      return respond({ kind: 'internal-error', detail: `The log has more under ${requestId}.` });
    }
  };
  return {
    GET: handler,
    HEAD: handler,
    POST: handler,
    PUT: handler,
    PATCH: handler,
    DELETE: handler,
    OPTIONS: handler,
  };
}
