import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { createSource } from '#prisma/commands/report-sources.ts';
import { memoryOf } from '#tests/bench/process-figures.ts';
import { createTestDatabase, type TestDatabase } from '#tests/support/database.ts';
import { startIngest, type IngestProcess } from '#tests/support/ingest-process.ts';
import { freePort } from '#tests/support/product.ts';

/* What strangers send, to the real process: it says no or takes the rest, and its memory stays bounded. */

const mib = 1024 * 1024;
const maxGrowthMiB = 256;

let db: TestDatabase;
let ingest: IngestProcess;
let token: string;

const good = (account: number, name = 'Demo'): string =>
  JSON.stringify({
    observed_at: new Date().toISOString(),
    protocol: 'imap',
    server_host: 'mail.example.org',
    client_key: account.toString(16).padStart(32, '0'),
    name,
    version: '1',
    latch: ['tls12'],
  });

// Packed before anything is connected: meanwhile this process would not notice that an idle connection ends.
const bombs = [
  Buffer.alloc(300 * mib, 32),
  Buffer.alloc(31 * mib, '['),
  Buffer.alloc(31 * mib, '{"a":'),
  Buffer.from(`[${'1,'.repeat(15 * mib)}1]`),
  Buffer.alloc(32 * mib - 1, '{}\n'),
].map((content) => gzipSync(content));

async function post(body: string | Uint8Array<ArrayBuffer>, encoding?: string) {
  const response = await fetch(ingest.url, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${token}`,
      connection: 'close',
      ...(encoding === undefined ? {} : { 'content-encoding': encoding }),
    },
    body,
  });
  const json: unknown = await response.json();
  return { status: response.status, json };
}

beforeAll(async () => {
  db = await createTestDatabase();
  const made = await createSource(db.database, {
    ...{ name: 'stranger', addresses: [], hosts: [], perSecond: 1_000_000, actor: 'test', now: new Date() },
  });
  if (!made.ok) throw new Error(made.error);
  token = made.value.token;
  ingest = await startIngest({ databaseUrl: db.url, port: await freePort(), key: randomBytes(32) });
  // Its working set: it has met a full batch.
  const full = Array.from({ length: 10_000 }, (_, index) => good(index)).join('\n');
  expect(await post(full)).toMatchObject({ status: 202, json: { accepted: 10_000 } });
});

afterAll(async () => {
  await ingest.stop();
  await db.close();
});

it('keeps its memory while bodies explode, many at a time', async () => {
  const idle = memoryOf(ingest.pid()).nowMiB;
  const hostile: readonly (() => Promise<{ readonly status: number }>)[] = [
    ...bombs.map((bomb) => () => post(bomb, 'gzip')),
    () => post('x'.repeat(5 * mib)),
    () => post(`{"name":"${'y'.repeat(4 * mib)}"}`),
    () => post(`{${Array.from({ length: 300_000 }, (_, index) => `"k${String(index)}":1`).join(',')}}`),
  ];
  const statuses = await Promise.all(
    Array.from({ length: 16 }, async (_, index) => (await hostile[index % hostile.length]?.())?.status ?? 0),
  );
  for (const status of statuses) expect([202, 413, 429, 503]).toContain(status);
  expect(statuses).toContain(413);
  expect(memoryOf(ingest.pid()).peakMiB - idle).toBeLessThan(maxGrowthMiB);
  expect(await post(good(1))).toMatchObject({ status: 202, json: { accepted: 1 } });
});

it('cuts off a line of a gigabyte', async () => {
  const { hostname, port, pathname } = new URL(ingest.url);
  const socket = connect({ host: hostname, port: Number(port) });
  socket.on('error', () => undefined);
  socket.write(
    `POST ${pathname} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\nContent-Length: ${String(1024 * mib)}\r\n\r\n{"`,
  );
  const answer: unknown = (await once(socket, 'data'))[0];
  expect(String(answer)).toMatch(/^HTTP\/1\.1 413 /);
  socket.destroy();
});

it('says which line is wrong and takes the others', async () => {
  const broken = Buffer.concat([Buffer.from('{"name":"'), Buffer.from([0xff, 0xfe]), Buffer.from('"}')]);
  const deep = `{"name":${'['.repeat(200)}${']'.repeat(200)}}`;
  const future = good(3).replace(/"observed_at":"[^"]*"/, '"observed_at":"2199-01-01T00:00:00Z"');
  const longTag = good(4).replace('"tls12"', `"${'t'.repeat(65)}"`);
  const strange = good(5, '<script>alert(1)</script>');
  const body = Buffer.concat([
    ...[broken, Buffer.from(deep), Buffer.from(future), Buffer.from(longTag)].flatMap((line) => [
      line,
      Buffer.from('\n'),
    ]),
    Buffer.from(`${strange}\n${good(6)}`),
  ]);
  const { status, json } = await post(new Uint8Array(body));
  expect(status).toBe(202);
  expect(json).toMatchObject({
    accepted: 2,
    rejected: [{ index: 0 }, { index: 1 }, { index: 2, pointer: '/observed_at' }, { index: 3, pointer: '/latch/0' }],
  });
});

it('counts clients under one name once a day has brought more names than anybody has', async () => {
  const namesOf = (start: number): string =>
    Array.from({ length: 10_000 }, (_, index) => good(100_000 + start + index, `Bot ${String(start + index)}`)).join(
      '\n',
    );
  for (const start of [0, 10_000, 20_000]) {
    expect(await post(namesOf(start))).toMatchObject({ status: 202, json: { accepted: 10_000 } });
  }
  expect(await db.database.clientName.count()).toBeLessThanOrEqual(20_010);
  const other = await db.database.clientName.findFirstOrThrow({ where: { name: 'other' } });
  expect(await db.database.latchHolder.count({ where: { client: other.id } })).toBeGreaterThanOrEqual(9_990);
  const counts = await db.database.reportCount.findMany();
  expect(counts.reduce((sum, { overflowed }) => sum + Number(overflowed), 0)).toBeGreaterThanOrEqual(9_990);
});
