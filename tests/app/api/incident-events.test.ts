import pg from 'pg';
import { z } from 'zod';
import { placeEvents } from '#prisma/commands/place-events.ts';
import { prune } from '#workers/store/prune.ts';
import * as feed from '#app/api/v1/incident-events/route.ts';
import * as ofIncident from '#app/api/v1/incidents/[id]/events/route.ts';
import { bearer, call, openConsole, type ConsoleUnderTest } from '#tests/app/support/console.ts';
import { seedIncident } from '#tests/app/support/seed.ts';
import { everythingBefore } from '#tests/support/prune-before.ts';

const page = z.object({
  data: z.array(
    z.object({
      id: z.string(),
      cursor: z.string(),
      kind: z.string(),
      incident_id: z.string(),
      state: z.string(),
      severity: z.string(),
      attached: z.boolean(),
      actor: z.string(),
      data: z.record(z.string(), z.unknown()),
    }),
  ),
  next_cursor: z.string(),
  has_more: z.boolean(),
});

const start = Date.parse('2026-11-24T04:00:00Z');
let app: ConsoleUnderTest;
let headers: Record<string, string>;
let clients: pg.Client[] = [];

beforeAll(async () => {
  app = await openConsole();
  headers = bearer(await app.token('incidents:read'));
});
afterAll(() => app.close());
beforeEach(async () => {
  await app.database.$executeRaw`TRUNCATE incident CASCADE`;
  await app.database.eventFeed.update({ where: { id: 1 }, data: { placed: 0, pruned: 0 } });
});
afterEach(async () => {
  for (const client of clients) await client.end();
  clients = [];
});

const ask = (query: string) => call(feed.GET, { headers, path: `/api/v1/incident-events${query}` });
const poll = async (query = '') => page.parse(await (await ask(query)).json());
const seed = (id: string) => seedIncident(app.database, { id, state: 'firing' });
let minute = 0;
const happen = (incidentId: string, kind: string, data: Record<string, string> = {}) => {
  minute += 1;
  const at = new Date(start + minute * 60_000);
  return app.database.incidentEvent.create({ data: { incidentId, kind, at, actor: 'latchwatch', data } });
};
const kinds = ({ data }: z.infer<typeof page>) => data.map(({ incident_id, kind }) => `${incident_id} ${kind}`);

/** A connection of its own, as another process has one. */
async function connect(): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: app.url });
  await client.connect();
  clients.push(client);
  return client;
}

const write = (client: pg.Client, incidentId: string, kind: string) =>
  client.query(
    `INSERT INTO incident_event (incident_id, kind, at, actor, data) VALUES ($1, $2, now(), 'latchwatch', '{}')`,
    [incidentId, kind],
  );

describe('the order of events', () => {
  test('skips no event of a slow transaction', async () => {
    await seed('a');
    await seed('b');
    const [slow, quick] = [await connect(), await connect()];
    await slow.query('BEGIN');
    // It took its number before the quick one did, and commits after it was read.
    await write(slow, 'a', 'opened');
    await quick.query('BEGIN');
    await write(quick, 'b', 'opened');
    await quick.query('COMMIT');
    const first = await poll();
    expect(kinds(first)).toEqual(['b opened']);
    await slow.query('COMMIT');
    const second = await poll(`?after=${first.next_cursor}`);
    expect(kinds(second)).toEqual(['a opened']);
    expect(kinds(await poll())).toEqual(['b opened', 'a opened']);
  });

  test('is one, although many ask at once while others write', async () => {
    for (const id of ['a', 'b', 'c', 'd']) await seed(id);
    const writers = await Promise.all(['a', 'b', 'c', 'd'].map(async (id) => ({ id, client: await connect() })));
    const written = writers.map(async ({ id, client }) => {
      for (let count = 0; count < 25; count += 1) {
        await client.query('BEGIN');
        await write(client, id, 'commented');
        await client.query('COMMIT');
      }
    });
    let cursor = '';
    const seen: string[] = [];
    const writing = { done: false };
    const all = Promise.all(written).then(() => (writing.done = true));
    while (!writing.done) {
      const [answer] = await Promise.all([poll(cursor), poll(), poll('?after=end')]);
      seen.push(...answer.data.map(({ id }) => id));
      cursor = `?after=${answer.next_cursor}`;
    }
    await all;
    seen.push(...(await poll(cursor)).data.map(({ id }) => id));
    expect(seen).toHaveLength(100);
    expect(new Set(seen).size).toBe(100);
    const again = await poll('?limit=200');
    expect(again.data.map(({ id }) => id)).toEqual(seen);
  });

  test('survives that positions were given and the server has forgotten its sequences', async () => {
    await seed('a');
    await happen('a', 'opened');
    const { next_cursor } = await poll();
    await app.database.$executeRaw`ALTER SEQUENCE incident_event_id_seq RESTART WITH 1000`;
    await happen('a', 'resolved');
    expect(kinds(await poll(`?after=${next_cursor}`))).toEqual(['a resolved']);
  });
});

describe('a cursor', () => {
  test('goes through all pages, and stays valid at the end', async () => {
    await seed('a');
    for (let count = 0; count < 5; count += 1) await happen('a', 'commented');
    const first = await poll('?limit=2');
    expect(first).toMatchObject({ has_more: true, data: [{}, {}] });
    const second = await poll(`?limit=3&after=${first.next_cursor}`);
    expect(second).toMatchObject({ has_more: false, data: [{}, {}, {}] });
    const end = await poll(`?after=${second.next_cursor}`);
    expect(end).toEqual({ data: [], has_more: false, next_cursor: second.next_cursor });
    await happen('a', 'resolved');
    expect(kinds(await poll(`?after=${second.next_cursor}`))).toEqual(['a resolved']);
    // Each event has one too.
    expect((await poll(`?after=${first.data[0]?.cursor ?? ''}`)).data).toHaveLength(5);
  });

  test('can be had for the end alone', async () => {
    await seed('a');
    await happen('a', 'opened');
    const end = await poll('?after=end');
    expect(end.data).toEqual([]);
    await happen('a', 'resolved');
    expect(kinds(await poll(`?after=${end.next_cursor}`))).toEqual(['a resolved']);
  });

  test('of somebody else is refused, and so is one of another list', async () => {
    const elsewhere = Buffer.from(JSON.stringify({ name: 'x' })).toString('base64url');
    for (const cursor of ['1', 'nonsense', elsewhere, Buffer.from('{"event":"-1"}').toString('base64url')]) {
      const response = await ask(`?after=${cursor}`);
      expect([cursor, response.status]).toEqual([cursor, 400]);
      expect(await response.text()).toContain('malformed-cursor');
    }
  });

  test('from before what retention deleted is 410 and says how to go on; one from behind goes on', async () => {
    await seed('old');
    await seed('young');
    await happen('old', 'opened');
    const before = await poll();
    await happen('old', 'resolved');
    await happen('young', 'opened');
    const after = await poll();
    await app.database.incident.update({
      where: { id: 'old' },
      data: { state: 'resolved', resolvedAt: new Date(start) },
    });
    const now = new Date(start + 500 * 86_400_000);
    await prune(app.database, { before: everythingBefore(start + 1), now, mayGoOn: () => true });
    const response = await ask(`?after=${before.next_cursor}`);
    expect(response.status).toBe(410);
    expect(await response.text()).toContain('after=end');
    expect(kinds(await poll(`?after=${after.next_cursor}`))).toEqual([]);
    expect(kinds(await poll())).toEqual(['young opened']);
  });

  test('is not needed by events that nobody had read when they were deleted', async () => {
    await seed('old');
    await happen('old', 'opened');
    const before = await poll();
    await happen('old', 'resolved');
    await app.database.incident.update({
      where: { id: 'old' },
      data: { state: 'resolved', resolvedAt: new Date(start) },
    });
    const now = new Date(start + 500 * 86_400_000);
    await prune(app.database, { before: everythingBefore(start + 1), now, mayGoOn: () => true });
    expect((await ask(`?after=${before.next_cursor}`)).status).toBe(410);
  });

  test('of a database that is older now is 410', async () => {
    await seed('a');
    await happen('a', 'opened');
    const { next_cursor } = await poll();
    await app.database.incidentEvent.updateMany({ data: { position: null } });
    await app.database.incidentEvent.deleteMany();
    await app.database.eventFeed.update({ where: { id: 1 }, data: { placed: 0 } });
    expect((await ask(`?after=${next_cursor}`)).status).toBe(410);
  });

  test('keeps events for 30 days however short the retention is', async () => {
    await seed('a');
    await happen('a', 'opened');
    await app.database.incident.update({
      where: { id: 'a' },
      data: { state: 'resolved', resolvedAt: new Date(start) },
    });
    const limits = { before: everythingBefore(start + 7 * 86_400_000), mayGoOn: () => true };
    await prune(app.database, { ...limits, now: new Date(start + 29 * 86_400_000) });
    expect(kinds(await poll())).toEqual(['a opened']);
    await prune(app.database, { ...limits, now: new Date(start + 31 * 86_400_000) });
    expect(kinds(await poll())).toEqual([]);
  });
});

describe('what is told', () => {
  test('how the incident stood after each event, and not that mail went out', async () => {
    await seed('a');
    await happen('a', 'opened', { severity: 'warning' });
    await happen('a', 'notified');
    await happen('a', 'acknowledged');
    await happen('a', 'regraded', { severity: 'critical' });
    await happen('a', 'acknowledgement-ended');
    await happen('a', 'resolved', { severity: 'critical' });
    await happen('a', 'opened', { severity: 'error' });
    const { data } = await poll();
    expect(data.map(({ kind, state, severity }) => [kind, state, severity])).toEqual([
      ['opened', 'open', 'warning'],
      ['acknowledged', 'acknowledged', 'warning'],
      ['regraded', 'acknowledged', 'critical'],
      ['acknowledgement-ended', 'open', 'critical'],
      ['resolved', 'resolved', 'critical'],
      ['opened', 'open', 'error'],
    ]);
    // From any place in the middle the same.
    const [, second] = data;
    expect((await poll(`?after=${second?.cursor ?? ''}`)).data).toEqual(data.slice(2));
  });

  test('attached incidents only to who asks for them', async () => {
    await seed('root');
    await seed('child');
    await app.database.incident.update({ where: { id: 'child' }, data: { rootId: 'root' } });
    await happen('root', 'opened');
    await happen('child', 'opened');
    await happen('child', 'resolved');
    expect(kinds(await poll())).toEqual(['root opened']);
    expect(kinds(await poll('?attached=true'))).toEqual(['root opened', 'child opened', 'child resolved']);
  });

  test('that one who was heard of is explained by another now, and its end', async () => {
    await seed('a');
    await happen('a', 'opened');
    await happen('a', 'attached');
    await happen('a', 'regraded');
    await happen('a', 'resolved');
    await app.database.incident.update({ where: { id: 'a' }, data: { rootId: null } });
    expect(kinds(await poll())).toEqual(['a opened', 'a attached', 'a resolved']);
  });

  test('that one stands for itself now', async () => {
    await seed('a');
    await happen('a', 'opened');
    const at = new Date(start + minute * 60_000);
    await app.database.incidentEvent.create({
      data: { incidentId: 'a', kind: 'attached', at, actor: 'latchwatch', data: {} },
    });
    await happen('a', 'detached');
    await happen('a', 'resolved');
    expect(kinds(await poll())).toEqual(['a detached', 'a resolved']);
  });

  test('one incident alone', async () => {
    await seed('a');
    await seed('b');
    await happen('a', 'opened');
    await happen('b', 'opened');
    await happen('a', 'resolved');
    const response = await call(ofIncident.GET, { headers, params: { id: 'a' } });
    expect(kinds(page.parse(await response.json()))).toEqual(['a opened', 'a resolved']);
    expect((await call(ofIncident.GET, { headers, params: { id: 'x' } })).status).toBe(404);
  });
});

test('positions are given to more than one portion', async () => {
  await seed('a');
  await app.database.$executeRaw`
    INSERT INTO incident_event (incident_id, kind, at, actor, data)
    SELECT 'a', 'commented', now(), 'latchwatch', '{}' FROM generate_series(1, 6000)`;
  await expect(placeEvents(app.database)).resolves.toEqual({ placed: 6000n, pruned: 0n });
  const [row] = await app.database.$queryRaw<{ count: number; highest: number }[]>`
    SELECT count(DISTINCT position)::int AS count, max(position)::int AS highest FROM incident_event`;
  expect(row).toEqual({ count: 6000, highest: 6000 });
});
