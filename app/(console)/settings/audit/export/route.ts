import { authorize } from '#app/_auth/authorize.ts';
import { exportAudit } from '#app/_queries/audit.ts';

/** The audit record as a file, a line of JSON an entry, for whoever may read the page. */
export async function GET(request: Request): Promise<Response> {
  const actor = await authorize(request, 'audit:read');
  if (!actor.ok) {
    const status = actor.error.why === 'not-authenticated' ? 401 : 403;
    return new Response('Only an administrator who is signed in may read this.\n', { status });
  }
  return new Response(exportAudit(), {
    headers: {
      'content-type': 'application/x-ndjson',
      'content-disposition': 'attachment; filename="latchwatch-audit.ndjson"',
      'cache-control': 'no-store',
    },
  });
}
