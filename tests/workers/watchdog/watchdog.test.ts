import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import type { WatchdogReading } from '#lib/incidents/watchdog.ts';
import { migrate } from '#prisma/migrate.ts';
import { createMailChannel } from '#workers/channels/mail.ts';
import { startEmbeddedPostgres } from '#workers/database/embedded-postgres.ts';
import { createDial } from '#workers/net/dial.ts';
import type { Log } from '#workers/ports.ts';
import { createCallOutside } from '#workers/watchdog/call-outside.ts';
import { startFixtureServer, type FixtureServer } from '#workers/watchdog/fixture-server.ts';
import { readSigns } from '#workers/watchdog/read-signs.ts';
import { createWatchdog } from '#workers/watchdog/watchdog.ts';
import { cleanEnvironment } from '#tests/support/product.ts';
import { createSettableClock } from '#tests/support/settable-clock.ts';
import { startSmtpSink, type SmtpSink } from '#tests/support/smtp-sink.ts';
import { until } from '#tests/support/until.ts';

const minute = 60_000;
const quiet: Log = { info: () => undefined, warn: () => undefined, error: () => undefined };
const way = {
  dial: createDial({ guard: (address) => ({ allowed: true, address }) }),
  lookup: () => Promise.reject(new Error('no names here')),
  trusted: null,
};

/** Something outside that counts the calls. */
async function startOutside() {
  const calls: string[] = [];
  const server = createServer((request, response) => {
    calls.push(`${request.method ?? ''} ${request.url ?? ''}`);
    response.end('OK');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no TCP address');
  return {
    calls,
    url: new URL(`http://127.0.0.1:${address.port}/check?id=1`),
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

type Postgres = Awaited<ReturnType<typeof startEmbeddedPostgres>>;

const folder = mkdtempSync(join(tmpdir(), 'latchwatch-watchdog-'));
let postgres: Postgres;
let sink: SmtpSink;
let outside: Awaited<ReturnType<typeof startOutside>>;
let fixture: FixtureServer;
const children: ChildProcess[] = [];

beforeAll(async () => {
  postgres = await startEmbeddedPostgres({ dataFolder: folder });
  const migrated = await migrate(postgres.url);
  if (!migrated.ok) throw new Error(migrated.reason);
  sink = await startSmtpSink();
  outside = await startOutside();
  fixture = await startFixtureServer({ address: null, now: Date.now() });
});
afterAll(async () => {
  for (const child of children) child.kill('SIGKILL');
  await Promise.all([sink.close(), outside.close(), fixture.close(), postgres.stop()]);
  rmSync(folder, { recursive: true, force: true });
});

async function runSql(sql: string): Promise<readonly Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: postgres.url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

/** A real worker, which renews the signs, and need not wait for the lease of one that was killed. */
async function startWorker(): Promise<ChildProcess> {
  await runSql(`UPDATE task SET due_at = now(), lease_until = NULL WHERE kind = 'prove'`);
  const child = spawn(process.execPath, ['--import', 'tsx', 'workers/main.ts'], {
    env: cleanEnvironment({ DATABASE_URL: postgres.url }),
    stdio: 'ignore',
  });
  children.push(child);
  return child;
}

async function kill(child: ChildProcess): Promise<void> {
  child.kill('SIGKILL');
  await once(child, 'exit');
}

const freshSigns = async (): Promise<true | null> => {
  const rows = await runSql(
    `SELECT 1 FROM vital_sign WHERE name IN ('database-write', 'fixture-probe', 'outbox-drain') AND at > now() - interval '1 minute'`,
  );
  return rows.length === 3 ? true : null;
};

/** As if that much time had passed since the last sign. */
const ageSigns = () => runSql(`UPDATE vital_sign SET at = at - interval '4 minutes'`);

it('calls outside while a real worker works, and tells people when the worker or the database is gone', async () => {
  const steady = createSettableClock(0);
  const detail = {
    fixtureAddress: fixture.address,
    fixturePort: fixture.port,
    fixtureFingerprint: fixture.fingerprint,
    callsOutside: true,
    sendsMail: true,
  };
  const tick = createWatchdog({
    read: () => readSigns({ databaseUrl: postgres.url, vantage: 'local', detail: () => Promise.resolve(detail) }),
    call: createCallOutside({ url: outside.url, ...way }),
    send: createMailChannel({
      relayUrl: `smtp://127.0.0.1:${sink.port}`,
      from: 'latchwatch@watch.example.com',
      to: ['oncall@elsewhere.example'],
      ...way,
    }),
    steady,
    wall: { now: () => Date.now() },
    publicUrl: new URL('https://watch.example.com'),
    log: quiet,
  });
  const look = async (times: number): Promise<void> => {
    for (let count = 0; count < times; count += 1) {
      steady.advance(minute);
      await tick();
    }
  };
  // Nobody wrote a sign yet, but the worker learns where the fixture is.
  await tick();
  expect(outside.calls).toEqual([]);

  const first = await startWorker();
  await until(freshSigns);
  await look(2);
  expect(outside.calls).toEqual(['GET /check?id=1', 'GET /check?id=1']);

  await kill(first);
  await ageSigns();
  await look(3);
  expect(outside.calls).toHaveLength(2);
  expect(sink.mails.map(({ headers }) => headers.get('subject'))).toEqual([
    '[WATCHDOG] Latchwatch does not watch as it should',
  ]);
  expect(sink.mails[0]?.body).toContain('- A worker wrote to the database: not for');
  expect(sink.mails[0]?.to).toEqual(['oncall@elsewhere.example']);

  const second = await startWorker();
  await until(freshSigns);
  await look(2);
  expect(outside.calls).toHaveLength(4);
  expect(sink.mails).toHaveLength(2);
  expect(sink.mails[1]?.headers.get('subject')).toBe('[WATCHDOG] All is well again');
  expect(sink.mails[1]?.headers.get('in-reply-to')).toBe(sink.mails[0]?.headers.get('message-id'));

  await kill(second);
  await postgres.stop();
  await look(5);
  expect(outside.calls).toHaveLength(4);
  expect(sink.mails).toHaveLength(3);
  expect(sink.mails[2]?.body).toContain('- The database does not answer: ');
  await look(4 * 60);
  expect(sink.mails.at(-1)?.headers.get('subject')).toBe('[WATCHDOG] Latchwatch still does not watch as it should');
  expect(sink.mails).toHaveLength(4);

  postgres = await startEmbeddedPostgres({ dataFolder: folder });
  await startWorker();
  await until(freshSigns);
  await look(2);
  expect(sink.mails.at(-1)?.headers.get('subject')).toBe('[WATCHDOG] All is well again');
});

it('begins a new thread for new trouble, when nobody could be told of the one before and it is over', async () => {
  let relayWorks = false;
  const relay = await startSmtpSink({
    answer: (line) => (relayWorks || !line.startsWith('MAIL') ? null : '451 4.3.0 later'),
  });
  const steady = createSettableClock(0);
  const wall = createSettableClock(Date.UTC(2026, 10, 25));
  const fresh = { ageMs: 0, said: null };
  const well: WatchdogReading = {
    database: 'answers',
    signs: { 'database-write': fresh, 'fixture-probe': fresh, 'outbox-drain': fresh },
  };
  let reading: WatchdogReading = { database: 'silent', error: 'ECONNREFUSED' };
  const tick = createWatchdog({
    read: () => Promise.resolve(reading),
    call: null,
    send: createMailChannel({
      relayUrl: `smtp://127.0.0.1:${relay.port}`,
      from: 'latchwatch@watch.example.com',
      to: ['oncall@elsewhere.example'],
      ...way,
    }),
    steady,
    wall,
    publicUrl: new URL('https://watch.example.com'),
    log: quiet,
  });
  const look = async (times: number): Promise<void> => {
    for (let count = 0; count < times; count += 1) {
      steady.advance(minute);
      wall.advance(minute);
      await tick();
    }
  };
  try {
    await look(5);
    reading = well;
    await look(3 * 24 * 60);
    expect(relay.lines.some(({ line }) => line.startsWith('MAIL'))).toBe(true);
    relayWorks = true;
    reading = { database: 'silent', error: 'ECONNREFUSED' };
    await look(4);
    expect(relay.mails).toHaveLength(1);
    const since = wall.now();
    expect(relay.mails[0]?.body).toContain(`Incident: watchdog.${since}`);
    expect(relay.mails[0]?.body).toContain(`Since: ${new Date(since).toISOString().replace('.000Z', 'Z')}`);
    expect(relay.mails[0]?.headers.get('message-id')).toBe(`<watchdog.${since}@watch.example.com>`);
  } finally {
    await relay.close();
  }
});
