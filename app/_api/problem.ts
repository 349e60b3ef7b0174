import { readWebSettings } from '#app/_auth/web-settings.ts';

/** Every way in which the API says no. The key is the last part of the problem's `type`. */
export const problems = {
  'malformed-json': { status: 400, title: 'The body is not JSON' },
  'malformed-header': { status: 400, title: 'A header cannot be read' },
  'malformed-cursor': { status: 400, title: 'The cursor is not one that this API gave out' },
  'not-authenticated': { status: 401, title: 'Who are you?' },
  'not-allowed': { status: 403, title: 'Not allowed' },
  'foreign-origin': { status: 403, title: 'The request did not come from the console’s own pages' },
  'not-found': { status: 404, title: 'There is nothing here' },
  'method-not-allowed': { status: 405, title: 'This address does not take that method' },
  conflict: { status: 409, title: 'Not in this state' },
  'request-in-progress': { status: 409, title: 'The same request is being answered' },
  'cursor-expired': { status: 410, title: 'What came after this cursor is partly deleted' },
  'precondition-failed': { status: 412, title: 'It has changed since you read it' },
  'body-too-large': { status: 413, title: 'The body is larger than 64 KiB' },
  'not-json': { status: 415, title: 'The body must be application/json' },
  'not-valid': { status: 422, title: 'Some values cannot be used' },
  'key-reused': { status: 422, title: 'This Idempotency-Key belongs to another request' },
  'precondition-required': { status: 428, title: 'Say which version you have read' },
  'too-many-requests': { status: 429, title: 'Too many requests' },
  'internal-error': { status: 500, title: 'Latchwatch made a mistake' },
  'not-ready': { status: 503, title: 'Not ready to watch' },
  unavailable: { status: 503, title: 'The database cannot be reached' },
} as const satisfies Record<string, { readonly status: number; readonly title: string }>;

export type ProblemKind = keyof typeof problems;

export interface Problem {
  readonly kind: ProblemKind;
  readonly detail: string;
  /** JSON pointers (RFC 6901) into the body, or `?name` for a query parameter. */
  readonly errors?: readonly { readonly pointer: string; readonly detail: string }[];
  readonly headers?: Readonly<Record<string, string>>;
}

/** A problem as a response (RFC 9457). `instance` is the path that was asked for. */
export function problemResponse(problem: Problem, instance: string, requestId: string): Response {
  const { status, title } = problems[problem.kind];
  const body = {
    type: new URL(`/api/v1/problems/${problem.kind}`, readWebSettings().publicUrl).href,
    title,
    status,
    detail: problem.detail,
    instance,
    request_id: requestId,
    ...(problem.errors === undefined ? {} : { errors: problem.errors }),
  };
  return new Response(JSON.stringify(body), {
    status,
    headers: { 'content-type': 'application/problem+json', 'cache-control': 'no-store', ...problem.headers },
  });
}

export function notFound(what: string): Problem {
  return { kind: 'not-found', detail: `${what} does not exist, or not any more.` };
}
