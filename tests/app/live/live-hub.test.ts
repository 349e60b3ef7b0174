import type { LiveMessage } from '#lib/live/live-message.ts';
import { readStreamEvents, type StreamEvent } from '#lib/live/event-stream.ts';
import { createLiveHub, type LiveHub, type LiveHubPorts } from '#app/live/live-hub.ts';
import { serveHandlers, type ServedHandlers } from '#tests/app/support/serve-handlers.ts';
import { until } from '#tests/support/until.ts';

let version = 'one';
let reads = 0;
let broken = false;
let living = new Set(['s1', 's2']);
let served: ServedHandlers;
let hub: LiveHub;

const ports: LiveHubPorts = {
  read: (): Promise<LiveMessage> => {
    reads += 1;
    return broken ? Promise.reject(new Error('no database')) : Promise.resolve({ version, position: 1, opened: [] });
  },
  livingSessions: () => Promise.resolve(living),
  reportTrouble: () => undefined,
  ...{ pollMs: 10, beatMs: 50, maxConnections: 4, maxPerPerson: 3 },
};

beforeEach(async () => {
  [version, reads, broken, living] = ['one', 0, false, new Set(['s1', 's2'])];
  hub = createLiveHub(ports);
  served = await serveHandlers({
    '/live': (request) => {
      const { headers, signal } = request;
      const [personId = '', sessionId = ''] = (headers.get('x-visitor') ?? 'p1 s1').split(' ');
      const stream = hub.open({ personId, sessionId, knows: headers.get('last-event-id'), signal });
      return Promise.resolve(new Response(stream, { status: stream === null ? 503 : 200 }));
    },
  });
});
afterEach(() => served.stop());

interface Listener {
  readonly status: number;
  /** The next event of this type. */
  readonly next: (type: string) => Promise<StreamEvent>;
  /** Resolves when the server has ended the stream. */
  readonly end: () => Promise<void>;
  readonly leave: () => void;
}

async function listen(headers: Readonly<Record<string, string>> = {}): Promise<Listener> {
  const leaving = new AbortController();
  const response = await fetch(`${served.url}/live`, { headers, signal: leaving.signal });
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  const waiting: StreamEvent[] = [];
  return {
    status: response.status,
    next: async (type) => {
      for (;;) {
        for (let event = waiting.shift(); event !== undefined; event = waiting.shift()) {
          if (event.type === type) return event;
        }
        const read = await reader?.read();
        if (read?.value === undefined) throw new Error(`the stream ended before ${type}`);
        const { events, rest: half } = readStreamEvents(rest + read.value);
        rest = half;
        waiting.push(...events);
      }
    },
    end: async () => {
      while ((await reader?.read())?.done !== true);
    },
    leave: () => leaving.abort(),
  };
}

test('tells where everything is, then what changes, then that it is alive', async () => {
  const visitor = await listen();
  expect(JSON.parse((await visitor.next('state')).data)).toEqual({ version: 'one', position: 1, opened: [] });
  version = 'two';
  expect((await visitor.next('state')).data).toContain('two');
  expect((await visitor.next('beat')).data).toBe('two');
});

test('whoever comes back and has missed nothing gets a sign of life, and whoever has missed something all of it', async () => {
  const same = await listen({ 'last-event-id': 'one' });
  expect((await same.next('beat')).data).toBe('one');
  const behind = await listen({ 'last-event-id': 'long ago' });
  expect((await behind.next('state')).data).toContain('one');
});

test('asks once for all who listen, and not at all for nobody', async () => {
  hub = createLiveHub({ ...ports, pollMs: 3_600_000 });
  const visitors = await Promise.all([listen(), listen(), listen({ 'x-visitor': 'p2 s2' })]);
  for (const visitor of visitors) await visitor.next('state');
  expect([hub.count(), reads]).toEqual([3, 1]);
  for (const visitor of visitors) visitor.leave();
  await until(() => (hub.count() === 0 && !hub.isPolling() ? true : null));
  expect(reads).toBe(1);
  await (await listen()).next('state');
  expect(reads).toBe(2);
});

test('a broken connection leaves nothing behind', async () => {
  const visitors = await Promise.all([listen(), listen()]);
  for (const visitor of visitors) await visitor.next('state');
  served.breakConnections();
  await until(() => (hub.count() === 0 && !hub.isPolling() ? true : null));
  expect(hub.count()).toBe(0);
});

test('a session that is over ends its streams and no others', async () => {
  const [leaver, stayer] = [await listen(), await listen({ 'x-visitor': 'p2 s2' })];
  await leaver.next('state');
  living = new Set(['s2']);
  await leaver.next('signed-out');
  await leaver.end();
  version = 'two';
  expect((await stayer.next('state')).data).toContain('one');
  expect((await stayer.next('state')).data).toContain('two');
  expect(hub.count()).toBe(1);
});

test('there is a limit for one person and one for all', async () => {
  const own = await Promise.all([listen(), listen(), listen()]);
  expect(own.map(({ status }) => status)).toEqual([200, 200, 200]);
  expect((await listen()).status).toBe(503);
  expect((await listen({ 'x-visitor': 'p2 s2' })).status).toBe(200);
  expect((await listen({ 'x-visitor': 'p3 s2' })).status).toBe(503);
  own[0].leave();
  await until(() => (hub.count() === 3 ? true : null));
  expect((await listen({ 'x-visitor': 'p3 s2' })).status).toBe(200);
});

test('says when it cannot know, and everything again when it can', async () => {
  const visitor = await listen();
  await visitor.next('state');
  broken = true;
  await visitor.next('trouble');
  broken = false;
  expect((await visitor.next('state')).data).toContain('one');
});
