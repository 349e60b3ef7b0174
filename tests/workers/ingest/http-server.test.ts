import { once } from 'node:events';
import type { Server } from 'node:http';
import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { createSource } from '#prisma/commands/report-sources.ts';
import { createCommitQueue } from '#workers/ingest/commit-queue.ts';
import { createReportServer } from '#workers/ingest/http-server.ts';
import { openSourceBook } from '#workers/ingest/source-book.ts';
import { openCensusStore, type CensusStore } from '#workers/store/census/census-store.ts';
import { openReportSources, type ReportSources } from '#workers/store/census/report-sources.ts';
import { createTestDatabase, type TestDatabase } from '#tests/support/database.ts';

/* Reports over HTTP: real requests, a real Postgres. */

let db: TestDatabase;
let store: CensusStore;
let sources: ReportSources;
let server: Server;
let url: string;
let token: string;
let now = Date.now();
const warnings: unknown[] = [];

const item = (account: string, more: Readonly<Record<string, unknown>> = {}) => ({
  observed_at: new Date(now - 1000).toISOString(),
  protocol: 'imap',
  server_host: 'mail.example.org',
  client_key: account.padStart(32, '0'),
  name: 'Demo',
  version: '1.5',
  latch: ['tls10'],
  ...more,
});

async function post(
  body: string | Uint8Array<ArrayBuffer>,
  headers: Readonly<Record<string, string>> = {},
): Promise<{ readonly status: number; readonly json: unknown; readonly headers: Headers }> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/x-ndjson', ...headers },
    body,
  });
  return { status: response.status, json: await response.json(), headers: response.headers };
}

async function newSource(limits: {
  readonly hosts?: readonly string[];
  readonly addresses?: readonly string[];
  readonly perSecond?: number;
}) {
  const made = await createSource(db.database, {
    ...{ name: 'front', hosts: [], addresses: [], actor: 'test', now: new Date() },
    ...limits,
  });
  if (!made.ok) throw new Error(made.error);
  return made.value.token;
}

beforeAll(async () => {
  db = await createTestDatabase();
  token = await newSource({});
  const clock = { now: () => now };
  store = openCensusStore({
    databaseUrl: db.url,
    keys: { current: Buffer.alloc(32, 1), previous: null },
    own: { has: () => false, refresh: () => Promise.resolve() },
    now: clock.now,
  });
  sources = openReportSources(db.url, clock.now);
  const log = { info: () => undefined, warn: (message: string) => void warnings.push(message), error: () => undefined };
  const queue = createCommitQueue(store);
  server = createReportServer({ sources: openSourceBook(sources, clock.now), queue, documents: store, clock, log });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no TCP address');
  url = `http://127.0.0.1:${String(address.port)}/ingest/v1/reports`;
});

afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await store.close();
  await sources.close();
  await db.close();
});

const holders = () => db.database.latchHolder.count();

describe('reports over HTTP', () => {
  it('are in the census when 202 comes, and what is wrong is told line by line', async () => {
    const lines = [JSON.stringify(item('1')), '{"protocol": ', JSON.stringify(item('2', { latch: ['no tag!'] }))];
    const { status, json } = await post(lines.join('\n'));
    expect(status).toBe(202);
    expect(json).toMatchObject({ accepted: 1, duplicate: 0, rejected: [{ index: 1 }, { index: 2 }] });
    expect(await holders()).toBe(1);
  });

  it('may be gzip, and an array', async () => {
    const body = gzipSync(JSON.stringify([item('3'), item('4')]));
    expect(await post(body, { 'content-encoding': 'gzip', 'content-type': 'application/json' })).toMatchObject({
      status: 202,
      json: { accepted: 2, rejected: [] },
    });
  });

  it('count once when the same request comes again, whether its batch has a name or not', async () => {
    const body = JSON.stringify(item('5'));
    expect((await post(body)).json).toMatchObject({ accepted: 1, duplicate: 0 });
    expect((await post(body)).json).toMatchObject({ accepted: 0, duplicate: 1 });
    expect((await post(body, { 'x-batch-id': 'a' })).json).toMatchObject({ accepted: 1 });
    expect((await post('{}', { 'x-batch-id': 'a' })).json).toMatchObject({ accepted: 0 });
    expect((await post(body, { 'x-batch-id': 'a b' })).status).toBe(400);
  });

  it('need a token that is known, and stop with it', async () => {
    expect((await post('{}', { authorization: 'Bearer lws_no' })).status).toBe(401);
    expect((await post('{}', { authorization: '' })).status).toBe(401);
    const basic = `Basic ${Buffer.from(`anything:${token}`).toString('base64')}`;
    expect((await post(JSON.stringify(item('6')), { authorization: basic })).status).toBe(202);
    const other = await newSource({});
    const bearer = { authorization: `Bearer ${other}` };
    expect((await post(JSON.stringify(item('7')), bearer)).status).toBe(202);
    await db.database.reportSource.updateMany({ where: { number: 2 }, data: { revokedAt: new Date() } });
    // The source is still in memory: the commit refuses.
    expect((await post(JSON.stringify(item('8')), bearer)).status).toBe(401);
  });

  it('come from the addresses and of the hosts of their source only', async () => {
    const far = await newSource({ addresses: ['192.0.2.0/24'] });
    expect((await post('{}', { authorization: `Bearer ${far}` })).status).toBe(403);
    const narrow = await newSource({ hosts: ['imap.example.net'] });
    const { json } = await post(JSON.stringify(item('9')), { authorization: `Bearer ${narrow}` });
    expect(json).toMatchObject({ accepted: 0, rejected: [{ index: 0, pointer: '/server_host' }] });
  });

  it('are put off when a source sends more than it may', async () => {
    const slow = { authorization: `Bearer ${await newSource({ perSecond: 1 })}` };
    const many = Array.from({ length: 15 }, (_, index) => JSON.stringify(item(`a${String(index)}`))).join('\n');
    expect((await post(many, slow)).status).toBe(202);
    const { status, headers } = await post(`${many}\n`, slow);
    expect(status).toBe(429);
    expect(Number(headers.get('retry-after'))).toBeGreaterThanOrEqual(5);
    now += 6_000;
    expect((await post(`${many}\n`, slow)).status).toBe(202);
  });

  it('that are no gzip, of another kind or too large are refused as a whole', async () => {
    expect((await post('no gzip', { 'content-encoding': 'gzip' })).status).toBe(400);
    expect((await post('x', { 'content-encoding': 'br' })).status).toBe(415);
    expect((await post(Buffer.alloc(5 * 1024 * 1024 + 1, 32))).status).toBe(413);
    const bomb = gzipSync(Buffer.alloc(200 * 1024 * 1024, 32));
    expect(bomb.length).toBeLessThan(1024 * 1024);
    expect((await post(bomb, { 'content-encoding': 'gzip' })).status).toBe(413);
  });

  it('that never end are cut off', async () => {
    const { hostname, port } = new URL(url);
    const socket = connect({ host: hostname, port: Number(port) });
    // Who writes on into a connection that was cut off may see a reset instead of its end.
    socket.on('error', () => undefined);
    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket.write(
      `POST /ingest/v1/reports HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\nTransfer-Encoding: chunked\r\n\r\n`,
    );
    const chunk = `10000\r\n${'x'.repeat(0x10000)}\r\n`;
    const feed = setInterval(() => socket.write(chunk), 1);
    const answer: unknown = (await once(socket, 'data'))[0];
    expect(String(answer)).toMatch(/^HTTP\/1\.1 413 /);
    await closed;
    clearInterval(feed);
  });

  it('that are refused are read to their end, so that the answer arrives at a sender that closes afterwards', async () => {
    const size = 6 * 1024 * 1024;
    const { hostname, port, pathname } = new URL(url);
    const socket = connect({ host: hostname, port: Number(port), allowHalfOpen: true });
    const ended = once(socket, 'end');
    socket.write(
      `POST ${pathname} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer ${token}\r\nContent-Length: ${String(size)}\r\n\r\n`,
    );
    const answer: unknown = (await once(socket, 'data'))[0];
    expect(String(answer)).toMatch(/^HTTP\/1\.1 413 /);
    // A closed connection would be an error of one of these.
    for (let sent = 0; sent < size; sent += 65_536) {
      await new Promise<void>((resolve, reject) => {
        socket.write(Buffer.alloc(65_536, 'x'), (error) => (error ? reject(error) : resolve()));
      });
    }
    await ended;
    socket.destroy();
  });

  it('are put off with Retry-After while the database is away, and nothing was taken', async () => {
    const before = await holders();
    const broken = createCommitQueue({ commit: () => Promise.reject(new Error('no database')) });
    const other = createReportServer({
      ...{ sources: openSourceBook(sources, () => now), queue: broken, documents: store, clock: { now: () => now } },
      log: { info: () => undefined, warn: (message) => void warnings.push(message), error: () => undefined },
    });
    other.listen(0, '127.0.0.1');
    await once(other, 'listening');
    const address = other.address();
    if (address === null || typeof address === 'string') throw new Error('no TCP address');
    const response = await fetch(`http://127.0.0.1:${String(address.port)}/ingest/v1/reports`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}` },
      body: JSON.stringify(item('b')),
    });
    expect(response.status).toBe(503);
    expect(response.headers.get('retry-after')).toBe('5');
    expect(warnings).toContain('reports could not be written');
    expect(await holders()).toBe(before);
    other.closeAllConnections();
    other.close();
  });

  it('of other providers come as documents', async () => {
    const report = {
      'organization-name': 'Far Mail',
      'date-range': { 'start-datetime': '2026-11-24T00:00:00Z', 'end-datetime': '2026-11-24T23:59:59Z' },
      'report-id': 'r1',
      policies: [
        {
          policy: { 'policy-type': 'tlsa', 'policy-domain': 'example.org' },
          summary: { 'total-successful-session-count': 9, 'total-failure-session-count': 1 },
          'failure-details': [{ 'result-type': 'certificate-expired', 'failed-session-count': 1 }],
        },
      ],
    };
    const type = { 'content-type': 'application/tlsrpt+gzip' };
    expect((await post(gzipSync(JSON.stringify(report)), type)).json).toMatchObject({ accepted: 1, duplicate: 0 });
    expect((await post(gzipSync(JSON.stringify(report)), type)).json).toMatchObject({ accepted: 0, duplicate: 1 });
    expect((await post('{}', type)).json).toMatchObject({ accepted: 0, rejected: [{ index: 0 }] });
    expect(await db.database.tlsReport.findMany()).toMatchObject([{ organization: 'Far Mail', failures: 1n }]);
  });

  it('go to one address, with POST', async () => {
    expect((await fetch(url)).status).toBe(405);
    expect((await fetch(new URL('/else', url), { method: 'POST' })).status).toBe(404);
    expect((await fetch(new URL('/healthz', url))).status).toBe(200);
  });
});
