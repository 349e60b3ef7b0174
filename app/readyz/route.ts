import { randomUUID } from 'node:crypto';
import { problemResponse } from '#app/_api/problem.ts';
import { findObstacles } from '#app/_queries/readiness.ts';

/** 200 while the database is up to date and a worker lives, else 503 with a problem that says why. Needs no login. */
export async function GET(): Promise<Response> {
  const obstacles = await findObstacles(new Date());
  if (obstacles.length > 0) {
    return problemResponse({ kind: 'not-ready', detail: obstacles.join(' ') }, '/readyz', randomUUID());
  }
  return new Response('ready\n', {
    headers: { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' },
  });
}
