import { z } from 'zod';
import * as acknowledge from '#app/api/v1/incidents/[id]/ack/route.ts';
import * as comments from '#app/api/v1/incidents/[id]/comments/route.ts';
import * as refs from '#app/api/v1/incidents/[id]/external-refs/[system]/route.ts';
import * as incident from '#app/api/v1/incidents/[id]/route.ts';
import * as silence from '#app/api/v1/incidents/[id]/silence/route.ts';
import { bearer, call, openConsole, type ConsoleUnderTest } from '#tests/app/support/console.ts';
import { seedIncident } from '#tests/app/support/seed.ts';

let app: ConsoleUnderTest;
let headers: Record<string, string>;

beforeAll(async () => {
  app = await openConsole();
  headers = bearer(await app.token('incidents:read', 'incidents:ack', 'incidents:silence'));
});
afterAll(() => app.close());
beforeEach(async () => {
  await app.database.$executeRaw`TRUNCATE incident, idempotent_request CASCADE`;
  await seedIncident(app.database, { id: 'I1', state: 'firing' });
  await seedIncident(app.database, { id: 'I2', state: 'suspect' });
});

const read = async () => {
  const response = await call(incident.GET, { headers, params: { id: 'I1' } });
  return { etag: response.headers.get('etag') ?? '', json: z.looseObject({}).parse(await response.json()) };
};
const comment = (json: unknown, more: Record<string, string> = {}, id = 'I1') =>
  call(comments.POST, { method: 'POST', headers: { ...headers, ...more }, params: { id }, json });
const put = (json: unknown, options: { readonly system?: string; readonly match?: string } = {}) =>
  call(refs.PUT, {
    method: 'PUT',
    headers: { ...headers, ...(options.match === undefined ? {} : { 'if-match': options.match }) },
    params: { id: 'I1', system: options.system ?? 'zammad' },
    json,
  });
const events = () =>
  app.database.incidentEvent.findMany({ select: { kind: true, actor: true, data: true }, orderBy: { id: 'asc' } });

describe('a comment', () => {
  test('becomes an event with who wrote it, and a new version', async () => {
    const response = await comment({ text: '  Certificate is ordered.\n' });
    expect([response.status, await response.json()]).toEqual([200, expect.objectContaining({ id: 'I1', version: 2 })]);
    expect(await events()).toEqual([{ kind: 'commented', actor: 'poller', data: { text: 'Certificate is ordered.' } }]);
  });

  test('needs a text that can be kept, and an incident', async () => {
    for (const json of [{}, { text: ' ' }, { text: 'x'.repeat(5001) }, { text: 'a\0b' }, { text: 7 }]) {
      expect((await comment(json)).status).toBe(422);
    }
    expect((await comment({ text: 'x' }, {}, 'I2')).status).toBe(404);
    expect((await comment({ text: 'x' }, {}, 'nowhere')).status).toBe(404);
    expect(await events()).toEqual([]);
  });
});

describe('the ticket of another system', () => {
  const ticket = { key: '4711', url: 'https://tickets.example/4711', status: 'open' };

  test('is kept once, however often it is sent', async () => {
    const first = await put(ticket);
    expect(first.status).toBe(200);
    const again = await put(ticket);
    expect(await again.json()).toMatchObject({
      version: 2,
      external_refs: [{ system: 'zammad', ...ticket, updated_by: 'poller' }],
    });
    await put({ ...ticket, status: 'pending' });
    await put({ key: 'OPS-1' }, { system: 'jira' });
    expect((await read()).json).toMatchObject({
      version: 4,
      external_refs: [
        { system: 'jira', key: 'OPS-1', url: null, status: null },
        { system: 'zammad', status: 'pending' },
      ],
    });
    expect((await events()).map(({ kind }) => kind)).toEqual(['ticket', 'ticket', 'ticket']);
  });

  test('closed while the incident is open reminds once and resolves nothing', async () => {
    await put(ticket);
    await put({ ...ticket, status: 'Closed' });
    await put({ ...ticket, status: 'Closed' });
    await put({ ...ticket, status: 'resolved' });
    const reminders = (await events()).filter(
      ({ data }) => z.looseObject({ reminder: z.boolean() }).parse(data).reminder,
    );
    expect(reminders).toEqual([
      { kind: 'ticket', actor: 'poller', data: { system: 'zammad', ...ticket, status: 'Closed', reminder: true } },
    ]);
    expect((await read()).json).toMatchObject({ state: 'open', resolved_at: null });
    // Opened and closed once more is worth another one.
    await put(ticket);
    await put({ ...ticket, status: 'closed' });
    expect((await events()).filter(({ data }) => JSON.stringify(data).includes('"reminder":true'))).toHaveLength(2);
  });

  test('closed after the incident is over is as it should be', async () => {
    await put(ticket);
    await app.database.incident.update({ where: { id: 'I1' }, data: { state: 'resolved', resolvedAt: new Date() } });
    await put({ ...ticket, status: 'closed' });
    expect((await events()).at(-1)).toMatchObject({ data: { status: 'closed', reminder: false } });
  });

  test('is replaced by another one only by who has read the incident', async () => {
    await put(ticket);
    const other = { ...ticket, key: '4712' };
    const refused = await put(other);
    expect([refused.status, await refused.text()]).toEqual([428, expect.stringContaining('4711')]);
    const { etag } = await read();
    expect((await put(other, { match: etag })).status).toBe(200);
    expect((await read()).json).toMatchObject({ external_refs: [{ key: '4712' }] });
    expect((await put(ticket, { match: etag })).status).toBe(412);
  });

  test('can be taken off', async () => {
    await put(ticket);
    const remove = () => call(refs.DELETE, { method: 'DELETE', headers, params: { id: 'I1', system: 'zammad' } });
    expect(await (await remove()).json()).toMatchObject({ external_refs: [], version: 3 });
    expect((await remove()).status).toBe(404);
    expect((await events()).at(-1)).toMatchObject({ kind: 'ticket', data: { key: '4711', removed: true } });
  });

  test('needs a system, a key and an address of the web', async () => {
    expect((await put(ticket, { system: 'Za mmad' })).status).toBe(422);
    for (const json of [{}, { key: '' }, { key: 'x'.repeat(201) }, { ...ticket, url: 'javascript:alert(1)' }]) {
      expect((await put(json)).status).toBe(422);
    }
    expect(await events()).toEqual([]);
  });
});

describe('a silence', () => {
  const ask = (json: unknown) => call(silence.POST, { method: 'POST', headers, params: { id: 'I1' }, json });

  test('has an end, in minutes or at a time', async () => {
    expect((await ask({ reason: 'known', minutes: 30 })).status).toBe(200);
    const until = new Date(Date.now() + 3_600_000).toISOString();
    expect((await ask({ reason: 'known', until })).status).toBe(200);
    const silences = await app.database.silence.findMany({ orderBy: { endsAt: 'asc' } });
    expect(silences).toMatchObject([
      { incidentId: 'I1', reason: 'known', createdBy: 'poller' },
      { endsAt: new Date(until) },
    ]);
    expect(await events()).toMatchObject([
      { kind: 'silenced' },
      { kind: 'silenced', data: { until, reason: 'known' } },
    ]);
  });

  test('without an end, with two, or one that is over, is refused', async () => {
    const past = new Date(Date.now() - 1000).toISOString();
    for (const json of [
      { reason: 'x' },
      { reason: 'x', minutes: 5, until: new Date(Date.now() + 60_000).toISOString() },
      { reason: 'x', until: past },
      { minutes: 5 },
      { reason: 'x', minutes: 0 },
    ]) {
      expect([json, (await ask(json)).status]).toEqual([json, 422]);
    }
    expect(await app.database.silence.count()).toBe(0);
  });
});

describe('If-Match', () => {
  test('lets a write through for the version that was read, and none for another', async () => {
    const { etag } = await read();
    expect(etag).toMatch(/^"I1\.1\.[\w-]{16}"$/);
    expect((await comment({ text: 'one' }, { 'if-match': etag })).status).toBe(200);
    const second = await comment({ text: 'two' }, { 'if-match': etag });
    expect([second.status, second.headers.get('content-type')]).toEqual([412, 'application/problem+json']);
    const ack = (match: string) =>
      call(acknowledge.POST, { method: 'POST', headers: { ...headers, 'if-match': match }, params: { id: 'I1' } });
    expect((await ack(etag)).status).toBe(412);
    expect((await ack((await read()).etag)).status).toBe(200);
    expect((await events()).map(({ kind }) => kind)).toEqual(['commented', 'acknowledged']);
  });

  test('counts the version and not what else a look can tell', async () => {
    const { etag } = await read();
    await app.database.incident.update({ where: { id: 'I1' }, data: { lastSeen: new Date() } });
    expect((await read()).etag).not.toBe(etag);
    expect((await comment({ text: 'x' }, { 'if-match': etag })).status).toBe(200);
  });

  test.each(['"x"', 'W/"I1.1.a"', '"I2.1.a"', '"I1.1.a", "I1.2.a"', 'I1.1.a', '""'])(
    'never matches %s',
    async (tag) => {
      expect((await comment({ text: 'x' }, { 'if-match': tag })).status).toBe(412);
    },
  );

  test('of * is any', async () => {
    expect((await comment({ text: 'x' }, { 'if-match': '*' })).status).toBe(200);
  });
});

describe('Idempotency-Key', () => {
  const keyed = (text: string, key = 'k1') => comment({ text }, { 'idempotency-key': key });
  const written = async () => (await events()).length;

  test('gives the same answer to the same request, and does it once', async () => {
    const first = await keyed('once');
    const second = await keyed('once');
    expect([second.status, await second.text()]).toEqual([200, await first.text()]);
    expect(second.headers.get('idempotency-replayed')).toBe('true');
    expect(second.headers.get('content-type')).toBe('application/json');
    expect(await written()).toBe(1);
    await keyed('once', 'k2');
    expect(await written()).toBe(2);
  });

  test('belongs to one request', async () => {
    await keyed('one');
    const other = await keyed('another');
    expect([other.status, await other.text()]).toEqual([422, expect.stringContaining('/problems/key-reused')]);
    expect(await written()).toBe(1);
  });

  test('belongs to one caller', async () => {
    await keyed('one');
    const other = bearer(await app.token('incidents:ack'));
    await comment({ text: 'another' }, { ...other, 'idempotency-key': 'k1' });
    expect(await written()).toBe(2);
  });

  test('lets one of many that come at once do it', async () => {
    const answers = await Promise.all(Array.from({ length: 8 }, () => keyed('at once')));
    expect(await written()).toBe(1);
    expect(answers.filter(({ status }) => status === 200).length).toBeGreaterThan(0);
    expect(answers.filter(({ status }) => status !== 200 && status !== 409)).toEqual([]);
    expect((await keyed('at once')).status).toBe(200);
    expect(await written()).toBe(1);
  });

  test('is given back by a request that was refused', async () => {
    const refused = await comment({ text: '' }, { 'idempotency-key': 'k3' });
    expect(refused.status).toBe(422);
    expect((await comment({ text: '' }, { 'idempotency-key': 'k3' })).headers.get('idempotency-replayed')).toBeNull();
    expect(await app.database.idempotentRequest.count()).toBe(0);
  });

  test('is forgotten after a day, and taken over from one who never answered', async () => {
    await keyed('again');
    const at = (hours: number) => new Date(Date.now() - hours * 3_600_000);
    await app.database.idempotentRequest.updateMany({ data: { at: at(25) } });
    await keyed('again');
    expect(await written()).toBe(2);
    await app.database.idempotentRequest.updateMany({ data: { at: at(0), status: 0, body: '' } });
    expect((await keyed('again')).status).toBe(409);
    await app.database.idempotentRequest.updateMany({ data: { at: at(0.1) } });
    expect((await keyed('again')).status).toBe(200);
    expect(await written()).toBe(3);
  });

  test('is a short visible text', async () => {
    for (const key of ['x'.repeat(256), 'a b', '']) expect((await keyed('x', key)).status).toBe(400);
  });
});
