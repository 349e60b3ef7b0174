import { randomUUID } from 'node:crypto';
import { err, ok, type Result } from '#lib/model/result.ts';
import type { TokenScope } from '#prisma/commands/tokens.ts';
import { verifyToken } from '#prisma/commands/tokens.ts';
import { authorize } from '#app/_auth/authorize.ts';
import { database } from '#app/_queries/database.ts';
import { answerConditionally } from './conditional.ts';
import { isDatabaseDown } from './database-down.ts';
import { logError } from './log-error.ts';
import { problemResponse, type Problem } from './problem.ts';
import { limiter, rateHeaders } from './rate-limit.ts';

/** A feed that readers fetch by its address alone. */
interface FeedDefinition {
  readonly path: string;
  readonly scope: TokenScope;
  readonly answer: (now: Date) => Promise<Response>;
}

/**
 * Who reads: by a header like everywhere, or by a token in the address for readers that can do nothing else. Addresses
 * end up in logs, so that one that may do more than read this is refused there.
 */
async function readerOf(request: Request, { scope }: FeedDefinition): Promise<Result<string, Problem>> {
  const token = new URL(request.url).searchParams.get('token');
  if (token === null) {
    const actor = await authorize(request, scope);
    if (actor.ok) return ok(`${actor.value.kind}:${actor.value.id}`);
    if (actor.error.why !== 'not-authenticated') return err({ kind: 'not-allowed', detail: `This needs ${scope}.` });
    const headers = { 'www-authenticate': 'Basic realm="Latchwatch", charset="UTF-8"' };
    return err({ kind: 'not-authenticated', detail: 'Send a token as ?token=, or in a header.', headers });
  }
  const verified = await verifyToken({ db: database(), token, now: new Date() });
  if (verified === null) return err({ kind: 'not-authenticated', detail: 'This token opens nothing.' });
  if (verified.scopes.length === 1 && verified.scopes[0] === scope) return ok(`token:${verified.id}`);
  return err({ kind: 'not-allowed', detail: `An address may hold only a token that has ${scope} and nothing else.` });
}

/** The handler of GET for a feed: limits, conditional answers and problems as in the API. */
export function feedRoute(definition: FeedDefinition): (request: Request) => Promise<Response> {
  return async (request) => {
    const requestId = randomUUID();
    const respond = (problem: Problem) => problemResponse(problem, definition.path, requestId);
    try {
      const reader = await readerOf(request, definition);
      if (!reader.ok) return respond(reader.error);
      const rate = limiter.take(reader.value, performance.now());
      if (!rate.allowed) {
        const headers = { ...rateHeaders(rate), 'retry-after': String(rate.resetSeconds) };
        return respond({ kind: 'too-many-requests', detail: 'Ask less often.', headers });
      }
      return await answerConditionally(request, await definition.answer(new Date()));
    } catch (error) {
      logError('request failed', { requestId, method: request.method, error });
      return isDatabaseDown(error)
        ? respond({ kind: 'unavailable', detail: 'Try again soon.', headers: { 'retry-after': '30' } })
        : respond({ kind: 'internal-error', detail: `The log has more under ${requestId}.` });
    }
  };
}
