import { randomUUID } from 'node:crypto';
import type { z } from 'zod';
import type { Result } from '#lib/model/result.ts';
import type { Refusal, RequiredScope } from '#app/_auth/authorize.ts';
import { authorize } from '#app/_auth/authorize.ts';
import { database } from '#app/_queries/database.ts';
import type { ApiCall } from './api-call.ts';
import { answerConditionally } from './conditional.ts';
import { isDatabaseDown } from './database-down.ts';
import { answerOnce } from './idempotency.ts';
import { logError } from './log-error.ts';
import type { Problem } from './problem.ts';
import { notFound, problemResponse } from './problem.ts';
import { limiter, rateHeaders } from './rate-limit.ts';
import { isStorable } from './storable-text.ts';

/** One method of an address: what the document says of it, who may call it, and what it does. */
export interface MethodDefinition {
  readonly scope: RequiredScope;
  /** One line: what it does. */
  readonly summary: string;
  /** What else must be known, in sentences. */
  readonly description?: string;
  /** Parameters of the query: an object, the one that validates them. */
  readonly query?: z.ZodType;
  /** Headers that it looks at, beside those of every request of its method. */
  readonly headers?: readonly ('If-Match' | 'Prefer')[];
  /** The body that it takes: the schema that validates it. */
  readonly body?: z.ZodType;
  /** What it answers by status, beside problems; null: without a body. */
  readonly answers: Readonly<Record<number, z.ZodType | null>>;
  readonly handle: (call: ApiCall) => Promise<Result<Response, Problem>>;
}

const reading: readonly string[] = ['GET', 'HEAD'];
const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const;
export type Method = (typeof methods)[number];
/** Next's server gives no values at all where the path has no `[name]` part. */
type RouteContext = { readonly params: Promise<Record<string, string | string[] | undefined> | undefined> };
export type RouteHandler = (request: Request, context: RouteContext) => Promise<Response>;

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

export type RouteDefinition = Partial<Record<Exclude<Method, 'HEAD'>, MethodDefinition>>;
const definitionOfHandler = new WeakMap<RouteHandler, RouteDefinition>();

/** What `apiRoute` was given for a handler: the document of the API is made of it. */
export function findDefinition(handler: RouteHandler): RouteDefinition | undefined {
  return definitionOfHandler.get(handler);
}

/**
 * The handlers of one address of the API. Each method names the scope it needs; there is no method without one, and
 * what is not listed is answered with 405. A bug becomes a 500 with an id that the log has too.
 */
export function apiRoute(definitions: RouteDefinition): Record<Method, RouteHandler> {
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
      const rate = limiter.take(`${actor.value.kind}:${actor.value.id}`, performance.now());
      if (!rate.allowed) {
        const headers = { ...rateHeaders(rate), 'retry-after': String(rate.resetSeconds) };
        return respond({ kind: 'too-many-requests', detail: 'Ask less often: every 15 seconds is enough.', headers });
      }
      const params = decode((await context.params) ?? {});
      if (!Object.values(params).every(isStorable)) return respond(notFound('This address'));
      const call = { request, params, actor: actor.value, db: database(), now: new Date() };
      const answer = await (method === 'POST' ? answerOnce(call, definition.handle) : definition.handle(call));
      const response = answer.ok ? answer.value : respond(answer.error);
      const conditional = reading.includes(request.method) ? await answerConditionally(request, response) : response;
      for (const [name, value] of Object.entries(rateHeaders(rate))) conditional.headers.set(name, value);
      return conditional;
    } catch (error) {
      if (isDatabaseDown(error)) {
        logError('the database cannot be reached', { requestId, method: request.method, error });
        return respond({ kind: 'unavailable', detail: 'Try again soon.', headers: { 'retry-after': '5' } });
      }
      logError('request failed', { requestId, method: request.method, error });
      return respond({ kind: 'internal-error', detail: `The log has more under ${requestId}.` });
    }
  };
  definitionOfHandler.set(handler, definitions);
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
