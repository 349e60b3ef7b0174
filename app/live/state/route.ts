import type { LiveMessage } from '#lib/live/live-message.ts';
import { answerConditionally } from '#app/_api/conditional.ts';
import { jsonResponse } from '#app/_api/json-response.ts';
import { logError } from '#app/_api/log-error.ts';
import { findPerson } from '#app/_auth/find-person.ts';
import { readLiveState } from '#app/_queries/live-state.ts';

/** Whoever asks within this time gets the same answer. */
const keptMs = 1_000;

let kept: { readonly at: number; readonly message: Promise<LiveMessage> } | null = null;

function readOnce(): Promise<LiveMessage> {
  const at = performance.now();
  if (kept === null || at - kept.at >= keptMs) kept = { at, message: readLiveState(new Date()) };
  return kept.message;
}

/** What the stream of `/live` tells, for browsers that cannot hold one open: with an ETag, so that nothing new is 304. */
export async function GET(request: Request): Promise<Response> {
  try {
    const person = await findPerson(request.headers, { extend: false });
    if (person === null) return new Response('Sign in first.\n', { status: 401 });
    return await answerConditionally(request, jsonResponse(await readOnce()));
  } catch (error) {
    kept = null;
    logError('live updates cannot be read', { error });
    return new Response('Try again soon.\n', { status: 503, headers: { 'retry-after': '10' } });
  }
}
