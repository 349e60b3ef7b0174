import { GET as listenTo } from '#app/live/route.ts';
import { GET as ask } from '#app/live/state/route.ts';
import { openConsole, type ConsoleUnderTest } from '#tests/app/support/console.ts';
import { serveHandlers, type ServedHandlers } from '#tests/app/support/serve-handlers.ts';
import { seedIncident } from '#tests/app/support/seed.ts';
import { followLive, type LiveHow } from '#components/shell/follow-live.ts';
import type { LiveMessage } from '#lib/live/live-message.ts';
import { until } from '#tests/support/until.ts';

let app: ConsoleUnderTest;
let cookie: string;
let served: ServedHandlers;
let proxyIsDown = false;

beforeAll(async () => {
  app = await openConsole();
  cookie = await app.session('viewer');
  served = await serveHandlers({
    '/live': (request) => (proxyIsDown ? Promise.resolve(new Response('', { status: 502 })) : listenTo(request)),
    '/live/state': ask,
  });
});
afterAll(async () => {
  await served.stop();
  await app.close();
});

async function open(id: string, severity: string, title: string): Promise<void> {
  await seedIncident(app.database, { id, state: 'firing', severity, title });
  await app.database.incidentEvent.create({
    data: { incidentId: id, kind: 'opened', at: new Date(), actor: 'latchwatch', data: {} },
  });
}

test('neither opens without a session', async () => {
  for (const path of ['/live', '/live/state']) {
    for (const headers of [{}, { cookie: 'latchwatch.session_token=guessed' }]) {
      const response = await fetch(`${served.url}${path}`, { headers });
      expect([path, response.status]).toEqual([path, 401]);
    }
  }
});

test('the stream is not to be kept, collected or compressed', async () => {
  const leaving = new AbortController();
  const response = await fetch(`${served.url}/live`, { headers: { cookie }, signal: leaving.signal });
  expect(Object.fromEntries(response.headers)).toMatchObject({
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-cache, no-transform',
    'content-encoding': 'none',
    'x-accel-buffering': 'no',
  });
  leaving.abort();
});

test('the state has a strong tag, and is 304 until something happens', async () => {
  const first = await fetch(`${served.url}/live/state`, { headers: { cookie } });
  const etag = first.headers.get('etag') ?? '';
  expect(etag).toMatch(/^"[\w-]+"$/);
  const poll = () => fetch(`${served.url}/live/state`, { headers: { cookie, 'if-none-match': etag } });
  expect((await poll()).status).toBe(304);
  await open('I0', 'warning', 'The first one');
  const changed = await until(async () => {
    const response = await poll();
    return response.status === 200 ? response : null;
  });
  expect(await changed.json()).toMatchObject({ position: 1, opened: [{ position: 1, id: 'I0', critical: false }] });
});

test('a page hears of an incident, polls while the stream does not work, and ends with its session', async () => {
  const heard: LiveMessage[] = [];
  const stood: LiveHow[] = [];
  const leaving = new AbortController();
  const following = followLive({
    ...{ origin: served.url, signal: leaving.signal, headers: { cookie }, pollMs: 20 },
    hear: (message) => void heard.push(message),
    stand: (how) => void stood.push(how),
  });
  await until(() => (stood.at(-1) === 'live' ? true : null));
  await open('I1', 'critical', 'Mail \u202eis down');
  const news = await until(() => heard.find((message) => message.opened.some(({ id }) => id === 'I1')) ?? null);
  // Text of others cannot turn around what stands beside it.
  expect(news.opened[0]).toMatchObject({ critical: true, title: 'Mail [U+202E]is down' });

  proxyIsDown = true;
  served.breakConnections();
  await until(() => (stood.at(-1) === 'polling' ? true : null));
  await open('I2', 'error', 'While it was polling');
  await until(() => (heard.at(-1)?.opened.some(({ id }) => id === 'I2') === true ? true : null));
  proxyIsDown = false;
  await until(() => (stood.at(-1) === 'live' ? true : null));

  await app.database.session.deleteMany({});
  await following;
  expect(stood).toEqual(['live', 'polling', 'live', 'signed-out']);
});

test('a page whose server is gone says so', async () => {
  const gone = await serveHandlers({});
  await gone.stop();
  const leaving = new AbortController();
  const how = await new Promise<LiveHow>((resolve) => {
    void followLive({ origin: gone.url, signal: leaving.signal, hear: () => undefined, stand: resolve });
  });
  leaving.abort();
  expect(how).toBe('off');
});
