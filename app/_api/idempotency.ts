import { createHash } from 'node:crypto';
import { z } from 'zod';
import { err, ok, type Result } from '#lib/model/result.ts';
import { claimRequest, forgetRequest, keepAnswer, type KeptAnswer } from '#prisma/commands/idempotent-requests.ts';
import type { ApiCall } from './api-call.ts';
import type { Problem } from './problem.ts';
import { readCapped } from './read-body.ts';

const keptHeaders = ['content-type', 'location', 'cache-control'];
const envelope = z.object({ headers: z.record(z.string(), z.string()), text: z.string() });

/**
 * Answers a POST that names an Idempotency-Key (draft-ietf-httpapi-idempotency-key-header): the first one is done, and
 * who sends the same again within a day gets its answer. Answers that say "later" are not kept.
 */
export async function answerOnce(
  call: ApiCall,
  handle: (call: ApiCall) => Promise<Result<Response, Problem>>,
): Promise<Result<Response, Problem>> {
  const { request, actor, db, now } = call;
  const key = request.headers.get('idempotency-key');
  if (key === null) return handle(call);
  if (!/^[\u0021-\u007e]{1,255}$/.test(key)) {
    return err({ kind: 'malformed-header', detail: 'An Idempotency-Key has 1 to 255 visible ASCII characters.' });
  }
  const body = await readCapped(request.clone());
  // The handler says what is wrong with a body that is too large.
  if (body === null) return handle(call);
  const { pathname, search } = new URL(request.url);
  const hash = createHash('sha256').update(`${request.method} ${pathname}${search}\n`).update(body);
  const id = { actor: `${actor.kind}:${actor.id}`, key, requestHash: hash.digest('hex') };
  const claimed = await claimRequest(db, { ...id, now });
  switch (claimed.outcome) {
    case 'answered':
      return ok(replay(claimed.answer));
    case 'other-request':
      return err({ kind: 'key-reused', detail: 'Send a key of its own with every request.' });
    case 'in-progress': {
      const detail = 'Send it again with the same key to get its answer.';
      return err({ kind: 'request-in-progress', detail, headers: { 'retry-after': '1' } });
    }
    case 'first':
  }
  let kept = false;
  try {
    const answer = await handle(call);
    if (!answer.ok) return answer;
    const text = await answer.value.clone().text();
    const headers = Object.fromEntries(
      keptHeaders.flatMap((name) => {
        const value = answer.value.headers.get(name);
        return value === null ? [] : [[name, value]];
      }),
    );
    await keepAnswer(db, id, { status: answer.value.status, body: JSON.stringify({ headers, text }) });
    kept = true;
    return answer;
  } finally {
    if (!kept) await forgetRequest(db, id);
  }
}

function replay({ status, body }: KeptAnswer): Response {
  const { headers, text } = envelope.parse(JSON.parse(body));
  return new Response(text === '' ? null : text, { status, headers: { ...headers, 'idempotency-replayed': 'true' } });
}
