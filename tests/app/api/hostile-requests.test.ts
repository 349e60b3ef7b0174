import { randomUUID } from 'node:crypto';
import { bearer, call, openConsole, type ConsoleUnderTest } from '#tests/app/support/console.ts';
import { seedDomain } from '#tests/app/support/seed.ts';
import * as discovery from '#app/api/v1/discoveries/[id]/route.ts';
import * as discover from '#app/api/v1/domains/[name]/discover/route.ts';
import * as domain from '#app/api/v1/domains/[name]/route.ts';
import * as domains from '#app/api/v1/domains/route.ts';
import * as probe from '#app/api/v1/endpoints/[id]/probe/route.ts';
import * as endpoint from '#app/api/v1/endpoints/[id]/route.ts';
import * as endpoints from '#app/api/v1/endpoints/route.ts';
import * as acknowledge from '#app/api/v1/incidents/[id]/ack/route.ts';
import * as incident from '#app/api/v1/incidents/[id]/route.ts';
import * as incidents from '#app/api/v1/incidents/route.ts';

/* Requests that no honest client sends. Each gets a 4xx or a plain answer; a 500 would be our mistake. */

let app: ConsoleUnderTest;
let headers: Record<string, string>;

beforeAll(async () => {
  app = await openConsole();
  headers = bearer(await app.token('inventory:read', 'inventory:write', 'incidents:read', 'incidents:ack'));
  await seedDomain(app.database, 'seed.example', new Date());
});
afterAll(async () => {
  await app.close();
});

const forged = (place: unknown): string =>
  Buffer.from(typeof place === 'string' ? place : JSON.stringify(place)).toString('base64url');

describe('parts of the path', () => {
  const texts = [
    '%00',
    'a%00b',
    '\0',
    '%ED%A0%80',
    '\ud800',
    '%E0%A4%A',
    '../../etc/passwd',
    '..%2f..%2fetc%2fpasswd',
    "x' OR 1=1 --",
    '%2500',
    'x'.repeat(10_000),
    '',
    '__proto__',
    'constructor',
  ];
  it.each(texts.map((text) => [JSON.stringify(text).slice(0, 40), text]))('%s is nothing we know', async (_, text) => {
    for (const [method, handler] of [
      ['GET', incident.GET],
      ['POST', acknowledge.POST],
      ['GET', endpoint.GET],
      ['DELETE', endpoint.DELETE],
      ['POST', probe.POST],
      ['GET', domain.GET],
      ['DELETE', domain.DELETE],
      ['POST', discover.POST],
      ['GET', discovery.GET],
    ] as const) {
      const response = await call(handler, { method, headers, params: { id: text, name: text } });
      expect([method, response.status]).toEqual([method, 404]);
    }
  });
});

describe('cursors that nobody gave out', () => {
  it.each([
    ['NUL in a name', domains.GET, { name: 'a\0b' }],
    ['half a surrogate pair', domains.GET, '{"name":"\\ud800"}'],
    ['NUL in an id', endpoints.GET, { host: 'a', port: '1', id: '\0' }],
    ['NUL in a host', endpoints.GET, { host: '\0', port: '1', id: 'x' }],
    ['a port beyond all numbers', endpoints.GET, { host: 'a', port: '1e300', id: 'x' }],
    ['a port with a fraction', endpoints.GET, { host: 'a', port: '1.5', id: 'x' }],
    ['a port that is none', endpoints.GET, { host: 'a', port: '3000000000', id: 'x' }],
    ['a port of another type', endpoints.GET, { host: 'a', port: { gt: 1 }, id: 'x' }],
    ['an operator for a text', endpoints.GET, { host: { contains: '' }, port: 1, id: 'x' }],
    ['NUL in the id of an incident', incidents.GET, { updated_at: '2026-01-01T00:00:00Z', id: '\0' }],
    ['a time that is none', incidents.GET, { updated_at: '2026-13-01T00:00:00Z', id: 'x' }],
    ['no JSON', incidents.GET, '{'],
    ['a prototype', domains.GET, '{"__proto__":{"name":"x"}}'],
  ])('%s', async (_, handler, place) => {
    const response = await call(handler, { path: `/x?cursor=${forged(place)}`, headers });
    expect(response.status).toBe(400);
  });

  it('SQL in a cursor is only a text', async () => {
    const response = await call(domains.GET, { path: `/x?cursor=${forged({ name: "' OR 1=1 --" })}`, headers });
    expect(response.status).toBe(200);
  });

  it('one of any length is refused', async () => {
    const response = await call(domains.GET, { path: `/x?cursor=${forged({ name: 'x'.repeat(5000) })}`, headers });
    expect(response.status).toBe(422);
  });
});

describe('times', () => {
  it.each(['0000-01-01T00:00:00Z', '0001-01-01T00:00:00Z', '9999-12-31T23:59:59Z', '2026-02-30T00:00:00Z'])(
    '%s',
    async (time) => {
      const response = await call(incidents.GET, { path: `/x?updated_since=${time}`, headers });
      expect([200, 422]).toContain(response.status);
      const place = { updated_at: time, id: 'x' };
      const again = await call(incidents.GET, { path: `/x?cursor=${forged(place)}`, headers });
      expect([200, 400]).toContain(again.status);
    },
  );
});

describe('bodies', () => {
  const post = (body: string, type = 'application/json') =>
    call(domains.POST, { method: 'POST', headers: { ...headers, 'content-type': type }, body });

  it.each([
    ['nothing', '', 400],
    ['half of it', '{"name":', 400],
    ['deep nesting', '['.repeat(30_000), 400],
    ['deep nesting that ends', `${'['.repeat(30_000)}${']'.repeat(30_000)}`, 422],
    ['a number', '1', 422],
    ['null', 'null', 422],
    ['a prototype', '{"__proto__":{"name":"proto.example"}}', 422],
    ['a list', '["name"]', 422],
    ['an object in place of a text', '{"name":{"toString":"x"}}', 422],
    ['NUL', '{"name":"a\\u0000b.example"}', 422],
    ['half a surrogate pair', '{"name":"a\\ud800.example"}', 422],
    ['an override of direction', '{"name":"a\\u202eb.example"}', 422],
    ['line ends', '{"name":"a.example\\r\\nX: y"}', 422],
    ['an address', '{"name":"127.0.0.1"}', 422],
    ['a short form of an address', '{"name":"127.1"}', 422],
    ['an address in hexadecimal', '{"name":"0x7f.0.0.0x1"}', 422],
    ['an address in wide digits', '{"name":"１２７.０.０.１"}', 422],
    ['a name longer than any', JSON.stringify({ name: `${'a.'.repeat(20_000)}example` }), 422],
    ['more than 64 KiB', JSON.stringify({ name: 'a'.repeat(70_000) }), 413],
  ])('%s', async (_, body, status) => {
    expect((await post(body)).status).toBe(status);
    expect(Object.prototype).not.toHaveProperty('name');
  });

  it.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/jsonx',
    '',
  ])('as "%s" are refused, since a form of another site can send them', async (type) => {
    expect((await post('{"name":"form.example"}', type)).status).toBe(415);
  });

  it('of duplicate members the last one counts, as everywhere', async () => {
    const response = await post('{"name":"first.example","name":"last.example"}');
    expect(await response.json()).toMatchObject({ name: 'last.example' });
  });
});

describe('at the same time', () => {
  it('twenty requests for one new domain make one domain and one discovery', async () => {
    const name = `${randomUUID()}.example`;
    const responses = await Promise.all(
      Array.from({ length: 20 }, () => call(domains.POST, { method: 'POST', headers, json: { name } })),
    );
    expect(responses.map(({ status }) => status)).toEqual(responses.map(() => 202));
    const row = await app.database.domain.findUniqueOrThrow({ where: { name }, include: { discoveries: true } });
    expect(row.discoveries).toHaveLength(1);
  });
});

describe('credentials', () => {
  it.each([
    'Bearer',
    'Bearer ',
    'Bearer lw_',
    `Bearer lw_${'A'.repeat(43)}`,
    `Bearer ${'A'.repeat(8000)}`,
    'Basic',
    'Basic !!!!',
    'Basic Og==',
    'Basic AAAA',
    'Basic OgAAAA==',
    `Basic ${Buffer.from(`x:lw_${'A'.repeat(43)}`).toString('base64')}`,
    'Digest username="x"',
    'lw_token',
  ])('"%s" opens nothing', async (authorization) => {
    const response = await call(domains.GET, { headers: { authorization } });
    expect(response.status).toBe(401);
  });
});
