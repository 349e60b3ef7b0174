import { findOutages } from '#app/_queries/health.ts';

/** 200 once web, database and a worker are up, else 503 with the reasons. For load balancers: needs no login. */
export async function GET(): Promise<Response> {
  const reasons = await findOutages(new Date());
  return new Response(reasons.length === 0 ? 'ok\n' : `${reasons.join('\n')}\n`, {
    status: reasons.length === 0 ? 200 : 503,
    headers: { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' },
  });
}
