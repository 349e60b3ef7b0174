import { z } from 'zod';
import * as domain from '#app/api/v1/domains/[name]/route.ts';
import * as discover from '#app/api/v1/domains/[name]/discover/route.ts';
import * as domains from '#app/api/v1/domains/route.ts';
import * as discovery from '#app/api/v1/discoveries/[id]/route.ts';
import * as endpoint from '#app/api/v1/endpoints/[id]/route.ts';
import * as probe from '#app/api/v1/endpoints/[id]/probe/route.ts';
import * as endpoints from '#app/api/v1/endpoints/route.ts';
import * as incident from '#app/api/v1/incidents/[id]/route.ts';
import * as acknowledge from '#app/api/v1/incidents/[id]/ack/route.ts';
import * as incidents from '#app/api/v1/incidents/route.ts';
import * as healthz from '#app/healthz/route.ts';
import { bearer, call, openConsole, publicUrl, type ConsoleUnderTest } from '#tests/app/support/console.ts';
import { seedDomain, seedIncident } from '#tests/app/support/seed.ts';

const problem = z.object({
  type: z.url(),
  title: z.string(),
  status: z.number(),
  detail: z.string(),
  instance: z.string(),
  request_id: z.uuid(),
  errors: z.array(z.object({ pointer: z.string(), detail: z.string() })).optional(),
});
const page = z.object({
  data: z.array(z.record(z.string(), z.unknown())),
  next_cursor: z.string().nullable(),
  has_more: z.boolean(),
});

let app: ConsoleUnderTest;
let headers: Record<string, string>;

async function problemOf(response: Response): Promise<z.infer<typeof problem>> {
  expect(response.headers.get('content-type')).toBe('application/problem+json');
  const body = problem.parse(await response.json());
  expect(body.status).toBe(response.status);
  return body;
}

function addDomain(json: unknown): Promise<Response> {
  return call(domains.POST, { method: 'POST', headers, json });
}

beforeAll(async () => {
  app = await openConsole();
  headers = bearer(await app.token('incidents:read', 'incidents:ack', 'inventory:read', 'inventory:write'));
});
afterAll(async () => {
  await app.close();
});

describe('what cannot be read', () => {
  const post = (body: string, contentType = 'application/json') =>
    call(domains.POST, { method: 'POST', headers: { ...headers, 'content-type': contentType }, body });

  test.each([
    ['malformed JSON', '{"name":', 400],
    ['an empty body', '', 400],
    ['bytes that are not UTF-8', '"\ud800"', 422],
    ['a number', '7', 422],
    ['too much', JSON.stringify({ name: 'x'.repeat(70_000) }), 413],
  ])('%s', async (_what, body, status) => {
    const response = await post(body);
    expect((await problemOf(response)).status).toBe(status);
  });

  test('a form', async () => {
    expect((await post('name=example.org', 'application/x-www-form-urlencoded')).status).toBe(415);
  });

  test.each([
    ['an IP address', { name: '192.0.2.1' }],
    ['control characters', { name: 'exa\u0000mple.org' }],
    ['a single label', { name: 'localhost' }],
    ['a URL', { name: 'https://example.org/' }],
    ['not a text', { name: 5 }],
    ['nothing', {}],
  ])('%s as a domain', async (_what, json) => {
    const body = await problemOf(await addDomain(json));
    expect(body.status).toBe(422);
    expect(body.errors?.map((error) => error.pointer)).toEqual(['/name']);
    expect(body.errors?.[0]?.detail).toMatch(/^[A-Z"m].+/);
    expect(await app.database.domain.count()).toBe(0);
  });

  test('an endpoint names every wrong member', async () => {
    const json = { domain: 'example.org', service: 'telnet', tls: 'implicit', host: 'a b', port: 70_000 };
    const body = await problemOf(await call(endpoints.POST, { method: 'POST', headers, json }));
    expect(body.errors?.map((error) => error.pointer)).toEqual(['/service', '/host', '/port']);
  });

  test('incoming mail has no implicit TLS, and an unknown domain is said to be one', async () => {
    const json = { domain: 'example.org', service: 'smtp', tls: 'implicit', host: 'mx.example.org', port: 25 };
    const impossible = await problemOf(await call(endpoints.POST, { method: 'POST', headers, json }));
    expect(impossible.errors?.map((error) => error.pointer)).toEqual(['/tls']);
    const unknown = await call(endpoints.POST, { method: 'POST', headers, json: { ...json, tls: 'starttls' } });
    expect((await problemOf(unknown)).errors?.map((error) => error.pointer)).toEqual(['/domain']);
  });

  test.each(['?limit=0', '?limit=x', '?limit=201', '?state=broken', '?severity_gte=bad', '?updated_since=yesterday'])(
    'incidents%s',
    async (query) => {
      const response = await call(incidents.GET, { path: `/api/v1/incidents${query}`, headers });
      const body = await problemOf(response);
      expect(body.status).toBe(422);
      expect(body.errors?.[0]?.pointer).toBe(query.slice(0, query.indexOf('=')));
    },
  );

  test('a made-up cursor', async () => {
    for (const cursor of ['x', 'e30', Buffer.from('[]').toString('base64url')]) {
      const response = await call(incidents.GET, { path: `/api/v1/incidents?cursor=${cursor}`, headers });
      expect((await problemOf(response)).status).toBe(400);
    }
  });

  test('what does not exist', async () => {
    const params = { id: 'nothing', name: 'nothing.example' };
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
      expect((await problemOf(await call(handler, { method, headers, params }))).status).toBe(404);
    }
  });
});

describe('domains', () => {
  test('adding one asks for its discovery, and adding it again does no harm', async () => {
    const first = await addDomain({ name: 'Bücher.example.', colour: 'ignored' });
    expect(first.status).toBe(202);
    const body = z
      .object({
        id: z.string(),
        name: z.string(),
        created: z.boolean(),
        discovery_id: z.string(),
        discovery_url: z.url(),
      })
      .parse(await first.json());
    expect(body).toMatchObject({ name: 'xn--bcher-kva.example', created: true });
    expect(first.headers.get('location')).toBe(body.discovery_url);
    expect(body.discovery_url).toBe(`${publicUrl}/api/v1/discoveries/${body.discovery_id}`);

    const task = await app.database.task.findFirstOrThrow({ where: { kind: 'discover', ref: body.id } });
    expect(task.priority).toBeGreaterThan(0);

    const again = await addDomain({ name: 'xn--bcher-kva.example' });
    expect(again.status).toBe(202);
    expect(await again.json()).toMatchObject({ id: body.id, created: false, discovery_id: body.discovery_id });

    const waiting = await call(discovery.GET, { headers, params: { id: body.discovery_id } });
    expect(await waiting.json()).toMatchObject({ state: 'queued', domain: 'xn--bcher-kva.example', found: null });

    const asked = await call(discover.POST, { method: 'POST', headers, params: { name: 'bücher.example' } });
    expect(asked.status).toBe(202);

    const gone = await call(domain.DELETE, { method: 'DELETE', headers, params: { name: 'bücher.example' } });
    expect(gone.status).toBe(204);
    expect(await app.database.task.count({ where: { ref: body.id } })).toBe(0);
  });

  test('a list is read in pages, and a finished discovery tells what it found', async () => {
    for (const name of ['a.example', 'b.example', 'c.example']) await seedDomain(app.database, name, new Date());
    const first = page.parse(await (await call(domains.GET, { path: '/x?limit=2', headers })).json());
    expect(first.data.map((one) => one['name'])).toEqual(['a.example', 'b.example']);
    expect(first.has_more).toBe(true);
    const path = `/x?limit=2&cursor=${first.next_cursor ?? ''}`;
    const second = page.parse(await (await call(domains.GET, { path, headers })).json());
    expect(second).toMatchObject({ data: [{ name: 'c.example' }], next_cursor: null, has_more: false });

    const found = await call(discovery.GET, { headers, params: { id: 'discovery-a.example' } });
    expect(await found.json()).toMatchObject({
      state: 'done',
      found: { srv: [{ owner: '_imaps._tcp.a.example' }, {}, { failure: { reason: 'timeout' } }] },
    });
  });
});

describe('endpoints', () => {
  test('one added by hand is watched and probed at once; removing it ends that', async () => {
    await seedDomain(app.database, 'hand.example', new Date());
    const json = { domain: 'hand.example', service: 'pop3', tls: 'implicit', host: 'POP.hand.example', port: 1995 };
    const added = await call(endpoints.POST, { method: 'POST', headers, json });
    expect(added.status).toBe(201);
    const { id } = z.object({ id: z.string() }).parse(await added.clone().json());
    expect(await added.json()).toMatchObject({
      host: 'pop.hand.example',
      monitored: true,
      freshness: 'never',
      domains: [{ domain: 'hand.example', origin: 'manual' }],
    });
    expect((await call(endpoints.POST, { method: 'POST', headers, json })).status).toBe(200);
    const asked = await call(probe.POST, { method: 'POST', headers, params: { id } });
    expect(asked.status).toBe(202);
    expect(await app.database.task.count({ where: { kind: 'probe', ref: id } })).toBe(1);

    expect((await call(endpoint.DELETE, { method: 'DELETE', headers, params: { id } })).status).toBe(204);
    expect(await app.database.task.count({ where: { kind: 'probe', ref: id } })).toBe(0);
    const after = await call(probe.POST, { method: 'POST', headers, params: { id } });
    expect((await problemOf(after)).status).toBe(409);
    const list = page.parse(await (await call(endpoints.GET, { path: '/x?domain=hand.example', headers })).json());
    expect(list.data.map((one) => one['id'])).not.toContain(id);
  });

  test('one endpoint comes with the evidence of its latest run', async () => {
    await seedDomain(app.database, 'evidence.example', new Date());
    const response = await call(endpoint.GET, { headers, params: { id: 'endpoint-evidence.example' } });
    expect(await response.json()).toMatchObject({
      service: 'imap',
      tls: 'implicit',
      last_verdict: 'crit',
      freshness: 'fresh',
      addresses: [
        { address: '192.0.2.10', tls: { version: 'TLSv1.3', trusted: false, chain: [{ key_type: 'rsa' }, {}] } },
        { address: '2001:db8::10', failure: { reason: 'refused' }, tls: null },
      ],
      tlsa: { records: [{ usage: 3, selector: 1, matching_type: 1 }], dnssec: { state: 'indeterminate' } },
    });
  });

  test('a list is read in pages without losing or repeating one', async () => {
    const ids: unknown[] = [];
    let cursor = '';
    for (;;) {
      const response = await call(endpoints.GET, { path: `/x?limit=3${cursor}`, headers });
      const { data, next_cursor: next } = page.parse(await response.json());
      ids.push(...data.map((one) => one['id']));
      if (next === null) break;
      cursor = `&cursor=${next}`;
    }
    const all = await app.database.endpoint.count({ where: { domains: { some: { removedAt: null } } } });
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids).toHaveLength(all);
  });
});

describe('incidents', () => {
  const at = (minute: number) => new Date(Date.UTC(2026, 10, 24, 4, minute));

  beforeAll(async () => {
    await seedDomain(app.database, 'example.org', new Date());
    const endpointId = 'endpoint-example.org';
    const { database } = app;
    await seedIncident(database, { id: 'I1', state: 'firing', updatedAt: at(1), endpointId });
    await seedIncident(database, { id: 'I2', state: 'suspect', updatedAt: at(2) });
    await seedIncident(database, { id: 'I3', state: 'recovering', severity: 'warning', updatedAt: at(3) });
    await seedIncident(database, { id: 'I4', state: 'resolved', severity: 'error', updatedAt: at(4) });
    await seedIncident(database, { id: 'I5', state: 'acknowledged', severity: 'info', updatedAt: at(4) });
  });

  const idsOf = async (query: string) => {
    const response = await call(incidents.GET, { path: `/api/v1/incidents?${query}`, headers });
    return page.parse(await response.json()).data.map((one) => one['id']);
  };

  test('suspicions are not listed, nor found', async () => {
    expect(await idsOf('')).toEqual(['I1', 'I3', 'I4', 'I5']);
    expect((await call(incident.GET, { headers, params: { id: 'I2' } })).status).toBe(404);
  });

  test.each([
    ['state=open', ['I1', 'I3']],
    ['state=acknowledged,resolved', ['I4', 'I5']],
    ['severity_gte=error', ['I1', 'I4']],
    ['severity_gte=warning&state=open', ['I1', 'I3']],
    ['updated_since=2026-11-24T04:03:00Z', ['I3', 'I4', 'I5']],
    ['updated_since=2026-11-24T05:04:00%2B01:00', ['I4', 'I5']],
  ])('%s', async (query, expected) => {
    expect(await idsOf(query)).toEqual(expected);
  });

  test('the last cursor can be polled again, and then gives what changed', async () => {
    const poll = async (cursor: string) =>
      page.parse(await (await call(incidents.GET, { path: `/x?limit=3${cursor}`, headers })).json());
    const first = await poll('');
    expect(first).toMatchObject({ has_more: true, data: [{ id: 'I1' }, { id: 'I3' }, { id: 'I4' }] });
    const second = await poll(`&cursor=${first.next_cursor ?? ''}`);
    expect(second).toMatchObject({ has_more: false, data: [{ id: 'I5' }] });
    const third = await poll(`&cursor=${second.next_cursor ?? ''}`);
    expect(third).toEqual({ data: [], next_cursor: second.next_cursor, has_more: false });
    await app.database.incident.update({ where: { id: 'I3' }, data: { updatedAt: at(9) } });
    expect(await poll(`&cursor=${second.next_cursor ?? ''}`)).toMatchObject({ data: [{ id: 'I3' }] });
  });

  test('has the shape that ticketing systems map', async () => {
    const response = await call(incident.GET, { headers, params: { id: 'I1' } });
    const {
      description,
      seed_section: section,
      ...rest
    } = z.looseObject({ description: z.string(), seed_section: z.string() }).parse(await response.json());
    expect(description).toMatch(/^Expected: .+\nGot: .+\n.+\nWhat to do: /);
    expect(section).toMatch(/^10\./);
    expect(rest).toEqual({
      id: 'I1',
      dedup_key: 'certificate-expiry/imap+implicit://mail.example.org:993',
      instance: 1,
      state: 'open',
      severity: 'critical',
      severity_number: 1,
      title: 'The certificate of mail.example.org:993 has expired',
      object_kind: 'endpoint',
      service: 'imap',
      host: 'mail.example.org',
      address: '192.0.2.10',
      port: 993,
      rule: 'certificate-expiry',
      affected: ['192.0.2.10'],
      subjects: [],
      root_id: null,
      explains: 0,
      affected_clients: null,
      unstable: false,
      first_seen: '2026-11-24T02:01:00.000Z',
      last_seen: '2026-11-24T04:01:00.000Z',
      owner: null,
      acknowledged_at: null,
      acknowledged_by: null,
      resolved_at: null,
      resolution: null,
      updated_at: '2026-11-24T04:01:00.000Z',
      version: 1,
      external_refs: [],
      url: `${publicUrl}/incidents/I1`,
      runbook_url: `${publicUrl}/findings/certificate-expiry`,
    });
  });

  test('leave out what hangs under another, unless that is asked for', async () => {
    const listed = async (query: string) => {
      const path = `/api/v1/incidents?${query}`;
      const { data } = z
        .object({ data: z.array(z.object({ id: z.string(), root_id: z.string().nullable() })) })
        .parse(await (await call(incidents.GET, { path, headers })).json());
      return data.map(({ id, root_id: rootId }) => `${id} ${String(rootId)}`);
    };
    await app.database.incident.update({ where: { id: 'I3' }, data: { rootId: 'I1' } });
    expect(await listed('state=open')).toEqual(['I1 null']);
    expect(await listed('state=open&attached=true')).toEqual(['I1 null', 'I3 I1']);
    await app.database.incident.update({ where: { id: 'I3' }, data: { rootId: null } });
  });

  test('acknowledging notes who, once, and only what is open', async () => {
    const ack = (id: string) => call(acknowledge.POST, { method: 'POST', headers, params: { id } });
    expect(await (await ack('I1')).json()).toMatchObject({
      state: 'acknowledged',
      acknowledged_by: 'poller',
      version: 2,
    });
    expect(await (await ack('I1')).json()).toMatchObject({ version: 2 });
    expect(await app.database.incidentEvent.count({ where: { incidentId: 'I1', kind: 'acknowledged' } })).toBe(1);
    expect((await problemOf(await ack('I4'))).status).toBe(409);
    expect((await ack('I2')).status).toBe(404);
  });
});

describe('/healthz', () => {
  test('says why it is not well, and is well with a living worker', async () => {
    const none = await healthz.GET();
    expect([none.status, await none.text()]).toEqual([503, 'No worker has started yet.\n']);
    const beat = (ageMs: number) => ({ vantage: 'local', startedAt: new Date(), beatAt: new Date(Date.now() - ageMs) });
    await app.database.workerHeartbeat.create({ data: { id: 'w', ...beat(60_000) } });
    const old = await healthz.GET();
    expect([old.status, await old.text()]).toEqual([503, expect.stringContaining('No worker is alive')]);
    await app.database.workerHeartbeat.update({ where: { id: 'w' }, data: beat(0) });
    expect((await healthz.GET()).status).toBe(200);
  });
});
