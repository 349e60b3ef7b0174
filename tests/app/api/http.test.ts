import { z } from 'zod';
import { closeDatabase } from '#app/_queries/database.ts';
import { requestsPerMinute } from '#app/_api/rate-limit.ts';
import * as domains from '#app/api/v1/domains/route.ts';
import * as incident from '#app/api/v1/incidents/[id]/route.ts';
import * as incidents from '#app/api/v1/incidents/route.ts';
import * as status from '#app/api/v1/status/route.ts';
import { bearer, call, openConsole, type ConsoleUnderTest } from '#tests/app/support/console.ts';
import { seedIncident } from '#tests/app/support/seed.ts';

let app: ConsoleUnderTest;
let headers: Record<string, string>;

beforeAll(async () => {
  app = await openConsole();
  headers = bearer(await app.token('incidents:read', 'inventory:read', 'status:read'));
  await seedIncident(app.database, { id: 'I1', state: 'firing' });
});
afterAll(() => app.close());

const list = (more: Record<string, string> = {}) => call(incidents.GET, { headers: { ...headers, ...more } });
const one = (more: Record<string, string> = {}) =>
  call(incident.GET, { headers: { ...headers, ...more }, params: { id: 'I1' } });

describe.each([
  ['a list', list],
  ['one thing', one],
])('%s', (_name, get) => {
  test('has a strong ETag and a date, and is 304 for who has it', async () => {
    const first = await get();
    const etag = first.headers.get('etag') ?? '';
    expect(etag).toMatch(/^"[\w.-]{16,}"$/);
    expect(first.headers.get('last-modified')).toBe('Tue, 24 Nov 2026 04:00:00 GMT');
    expect(first.headers.get('cache-control')).toBe('private, max-age=0, must-revalidate');
    for (const tag of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
      const again = await get({ 'if-none-match': tag });
      expect([tag, again.status, await again.text(), again.headers.get('etag')]).toEqual([tag, 304, '', etag]);
      expect(again.headers.get('ratelimit-limit')).toBe(String(requestsPerMinute));
    }
    expect((await get({ 'if-none-match': '"other"' })).status).toBe(200);
  });

  test('has another ETag once it says something else', async () => {
    const etag = (await get()).headers.get('etag') ?? '';
    await app.database.incident.update({
      where: { id: 'I1' },
      data: { title: `Title after ${etag}`, version: { increment: 1 } },
    });
    expect((await get({ 'if-none-match': etag })).status).toBe(200);
  });
});

test('no header of ours leaves the house', async () => {
  expect([...(await one()).headers.keys()].filter((name) => name.startsWith('x-'))).toEqual([]);
});

test('a caller gone wild is told when to come back, and others are not disturbed', async () => {
  const wild = bearer(await app.token('inventory:read'));
  const ask = () => call(domains.GET, { headers: wild });
  const first = await ask();
  expect(first.headers.get('ratelimit-remaining')).toBe(String(requestsPerMinute - 1));
  let refused: Response | undefined;
  // Some at once, and more than one minute has: a slow machine may need longer than that for them.
  for (let count = 0; count < 10 * requestsPerMinute && refused === undefined; count += 20) {
    const responses = await Promise.all(Array.from({ length: 20 }, ask));
    refused = responses.find((response) => response.status !== 200);
  }
  expect(refused?.status).toBe(429);
  expect(Number(refused?.headers.get('retry-after'))).toBeGreaterThan(0);
  expect(refused?.headers.get('ratelimit-remaining')).toBe('0');
  expect(refused?.headers.get('content-type')).toBe('application/problem+json');
  expect((await list()).status).toBe(200);
});

test('how Latchwatch is can be asked for', async () => {
  const answer = await call(status.GET, { headers });
  expect(await answer.json()).toMatchObject({
    ...{ up: false, reasons: [expect.any(String)], workers: { alive: 0 } },
    reports: { sources: 0, silent: 0, last_at: null, ingest_alive: 0, put_off: 0, waited_ms: 0 },
  });
});

test('a database that cannot be reached is 503 with a time to come back', async () => {
  const url = process.env['DATABASE_URL'];
  await closeDatabase();
  try {
    // Nobody listens on the port of discard.
    process.env['DATABASE_URL'] = 'postgresql://nobody@127.0.0.1:9/none';
    const response = await list();
    expect([response.status, response.headers.get('content-type')]).toEqual([503, 'application/problem+json']);
    expect(response.headers.get('retry-after')).toBe('5');
    const problem = z.object({ type: z.string(), detail: z.string() }).parse(await response.json());
    expect(problem.type).toMatch(/\/problems\/unavailable$/);
    expect(problem.detail).not.toContain('127.0.0.1');
  } finally {
    await closeDatabase();
    process.env['DATABASE_URL'] = url;
  }
  expect((await list()).status).toBe(200);
});
