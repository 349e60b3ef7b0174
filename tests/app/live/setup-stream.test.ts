import { GET } from '#app/live/setup/[id]/route.ts';
import { readStreamEvents, type StreamEvent } from '#lib/live/event-stream.ts';
import { readToldSteps } from '#lib/setup/read-told-steps.ts';
import type { SetupStep } from '#lib/setup/setup-step.ts';
import { call, openConsole, type ConsoleUnderTest } from '#tests/app/support/console.ts';

let app: ConsoleUnderTest;
let cookie: string;
const id = '11111111-2222-3333-4444-555555555555';

beforeAll(async () => {
  app = await openConsole();
  cookie = await app.session('operator');
});
afterAll(() => app.close());
beforeEach(async () => {
  await app.database.setupRun.deleteMany();
  await app.database.setupRun.create({
    data: { id, domain: 'example.org', requestedAt: new Date(), requestedBy: 'x', attempt: 1n },
  });
});

const step = (key: string): SetupStep => ({
  ...{ key, group: 'records', subject: key, state: 'found', text: '', guess: false, tookMs: null },
});
const tell = (key: string, attempt = 1n) =>
  app.database.setupStep.create({ data: { runId: id, attempt, step: { ...step(key) } } });
const end = () => app.database.setupRun.update({ where: { id }, data: { finishedAt: new Date() } });
const listen = (headers: Record<string, string> = {}, path = `/live/setup/${id}`) =>
  call(GET, { path, params: { id }, headers: { cookie, ...headers } });
const types = (events: readonly StreamEvent[]) =>
  events.map(({ type, data }) => [type, ...readToldSteps(data).map(({ key }) => key)].join(' '));
const readAll = async (response: Response) => types(readStreamEvents(await response.text()).events);

test('is for those who may add domains, and never kept or compressed', async () => {
  const path = `/live/setup/${id}`;
  expect((await call(GET, { path, params: { id } })).status).toBe(401);
  expect((await listen({ cookie: await app.session('viewer') })).status).toBe(403);
  expect((await call(GET, { path, params: { id: 'none' }, headers: { cookie } })).status).toBe(404);
  await end();
  const response = await listen();
  expect(Object.fromEntries(response.headers)).toMatchObject({
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-cache, no-transform',
    'content-encoding': 'none',
  });
  expect(await readAll(response)).toEqual(['done']);
});

test('gives steps as they come, and ends with the run', async () => {
  await tell('a');
  const response = await listen();
  const reader = response.body?.getReader();
  const decoder = new TextDecoder();
  let seen = '';
  const readUntil = async (text: string) => {
    while (!seen.includes(text)) {
      const { value, done } = (await reader?.read()) ?? { value: undefined, done: true };
      if (done) throw new Error(`the stream ended after ${seen}`);
      seen += decoder.decode(value, { stream: true });
    }
  };
  await readUntil('"key":"a"');
  await tell('b');
  await readUntil('"key":"b"');
  await end();
  await readUntil('event: done');
  expect(types(readStreamEvents(seen).events)).toEqual(['steps a', 'steps b', 'done']);
});

test('goes on behind the last event that somebody saw, by header or by address', async () => {
  const { id: first } = await tell('a');
  await tell('b');
  await end();
  const place = `1.${String(first)}`;
  expect(await readAll(await listen({ 'last-event-id': place }))).toEqual(['steps b', 'done']);
  expect(await readAll(await listen({}, `/live/setup/${id}?after=${place}`))).toEqual(['steps b', 'done']);
  expect(await readAll(await listen({ 'last-event-id': 'nonsense' }))).toEqual(['steps a b', 'done']);
});

test('tells that another worker began anew, and nothing of the one before', async () => {
  const { id: first } = await tell('a');
  await app.database.setupRun.update({ where: { id }, data: { attempt: 2n } });
  await tell('c', 2n);
  await end();
  expect(await readAll(await listen({ 'last-event-id': `1.${String(first)}` }))).toEqual(['anew', 'steps c', 'done']);
  expect(await readAll(await listen())).toEqual(['steps c', 'done']);
});

test('lets one person hold ten of them', async () => {
  const open = await Promise.all(Array.from({ length: 10 }, () => listen()));
  expect(open.map(({ status }) => status)).toEqual(Array.from({ length: 10 }, () => 200));
  expect((await listen()).status).toBe(503);
  await end();
  for (const response of open) expect(await readAll(response)).toEqual(['done']);
  expect((await listen()).status).toBe(200);
});
