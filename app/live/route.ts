import { logError } from '#app/_api/log-error.ts';
import { findPerson } from '#app/_auth/find-person.ts';
import { listLivingSessions, readLiveState } from '#app/_queries/live-state.ts';
import { createLiveHub, type LiveHub } from './live-hub.ts';
import { streamHeaders } from './stream-headers.ts';

let hub: LiveHub | null = null;

function liveHub(): LiveHub {
  hub ??= createLiveHub({
    read: () => readLiveState(new Date()),
    livingSessions: (ids) => listLivingSessions(ids, new Date()),
    reportTrouble: (error) => logError('live updates cannot be read', { error }),
    pollMs: 2_000,
    beatMs: 15_000,
    maxConnections: 500,
    maxPerPerson: 20,
  });
  return hub;
}

/** Server-sent events that say when pages would show something else. For whoever is signed in, until the session ends. */
export async function GET(request: Request): Promise<Response> {
  const person = await findPerson(request.headers, { extend: false });
  if (person === null) return new Response('Sign in first.\n', { status: 401 });
  const stream = liveHub().open({
    ...{ personId: person.id, sessionId: person.sessionId },
    knows: request.headers.get('last-event-id'),
    signal: request.signal,
  });
  if (stream === null) {
    return new Response('Too many browsers listen.\n', { status: 503, headers: { 'retry-after': '60' } });
  }
  return new Response(stream, { headers: streamHeaders });
}
