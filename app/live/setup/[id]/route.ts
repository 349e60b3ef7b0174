import { logError } from '#app/_api/log-error.ts';
import { authorize } from '#app/_auth/authorize.ts';
import { findRun, readPlace } from '#app/_queries/setup-runs.ts';
import { streamHeaders } from '../../stream-headers.ts';
import { createSetupStream, setupStreams } from './setup-stream.ts';

/** Server-sent events of one look at a domain that somebody sets up: its steps as they come, and that it is over. */
export async function GET(
  request: Request,
  { params }: { readonly params: Promise<Record<string, string | string[] | undefined>> },
): Promise<Response> {
  const actor = await authorize(request, 'inventory:write');
  if (!actor.ok) {
    const status = actor.error.why === 'not-authenticated' ? 401 : 403;
    return new Response('Only who may add domains may read this.\n', { status });
  }
  const { id } = await params;
  const run = typeof id === 'string' ? await findRun(id) : null;
  if (run === null) return new Response('There is no such look.\n', { status: 404 });
  const release = setupStreams.take(actor.value.id);
  if (release === null)
    return new Response('Too many pages listen.\n', { status: 503, headers: { 'retry-after': '5' } });
  const after = new URL(request.url).searchParams.get('after');
  const stream = createSetupStream({
    read: () => findRun(run.id),
    place: readPlace(request.headers.get('last-event-id') ?? after),
    signal: request.signal,
    onEnd: release,
    reportTrouble: (error) => logError('steps of a setup cannot be read', { error }),
  });
  return new Response(stream, { headers: streamHeaders });
}
