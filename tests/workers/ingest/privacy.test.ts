import { createHash } from 'node:crypto';
import { appendFile, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pseudonymOf } from '#lib/census/pseudonym.ts';
import { eraseAccount } from '#prisma/commands/erase-account.ts';
import { createSource } from '#prisma/commands/report-sources.ts';
import { createTestDatabase, type TestDatabase } from '#tests/support/database.ts';
import { createEngine } from '#tests/support/engine.ts';

import { startIngest, type IngestProcess } from '#tests/support/ingest-process.ts';
import { freePort } from '#tests/support/product.ts';
import { startSmtpSink, type SmtpSink } from '#tests/support/smtp-sink.ts';
import { until } from '#tests/support/until.ts';

/*
 * One customer's address goes in by every way that reports have, well formed and broken, and is found nowhere behind it:
 * not in the database, not in what ingest prints or keeps in files, not in a mail. Nor is the address of the computer.
 */

const user = 'Paula.Mustermann@privacy-test.example';
const clientAddress = '203.0.113.77';
const key = Buffer.alloc(32, 9);
const corpus = new URL('../../lib/reports/corpus/', import.meta.url);

let store: TestDatabase;
let ingest: IngestProcess;
let sink: SmtpSink;
let folder: string;
let token: string;

beforeAll(async () => {
  store = await createTestDatabase();
  folder = await mkdtemp(join(tmpdir(), 'latchwatch-privacy-'));
  sink = await startSmtpSink();
  const about = { name: 'front', hosts: [], actor: 'test', now: new Date(), perSecond: 100_000 };
  const made = await createSource(store.database, { ...about, addresses: ['127.0.0.0/8'] });
  if (!made.ok) throw new Error(made.error);
  ({ token } = made.value);
  await writeFile(join(folder, 'mail.log'), '');
  ingest = await startIngest({
    ...{ databaseUrl: store.url, port: await freePort(), key },
    settings: { LATCHWATCH_DATA: folder, LATCHWATCH_LOG_FILES: join(folder, 'mail.log') },
  });
});
afterAll(async () => {
  await ingest.stop();
  await sink.close();
  await store.close();
  await rm(folder, { recursive: true });
});

/** Lines of the corpus as of yesterday, so that at no time of the day they lie ahead, of this customer at this computer. */
async function lines(name: string): Promise<string> {
  const text = await readFile(new URL(name, corpus), 'utf8');
  const day = new Date(Date.now() - 24 * 3_600_000).toISOString().slice(0, 10);
  return text
    .replaceAll('"user":"demo"', `"user":"${user}"`)
    .replaceAll('Paula@example.org', user)
    .replaceAll('<demo>', `<${user}>`)
    .replaceAll('(demo)', `(${user})`)
    .replaceAll('sasl_username=demo', `sasl_username=${user}`)
    .replaceAll(/192\.0\.2\.9\b|127\.0\.0\.1\b/g, clientAddress)
    .replaceAll(/2026-11-24(?=T)/g, day);
}

async function post(body: string, type: string): Promise<number> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': type };
  const response = await fetch(ingest.url, { method: 'POST', headers, body });
  answers.push(await response.text());
  return response.status;
}
const answers: string[] = [];

/** Every row of every table as text. */
async function dump(): Promise<string> {
  const { database } = store;
  const tables = await database.$queryRaw<{ name: string }[]>`
    SELECT quote_ident(table_name) AS name FROM information_schema.tables WHERE table_schema = 'public'`;
  const rows = await Promise.all(
    tables.map(({ name }) => database.$queryRawUnsafe<{ text: string }[]>(`SELECT t::text AS text FROM ${name} AS t`)),
  );
  return rows.flatMap((table) => table.map(({ text }) => text)).join('\n');
}

/** Forms in which the address could be found again by somebody who has no key. */
const traces: readonly string[] = [user, user.toLowerCase()].flatMap((text) => [
  ...[text, encodeURIComponent(text), Buffer.from(text).toString('hex')],
  ...['base64', 'base64url'].flatMap((encoding) =>
    encoding === 'base64' ? [Buffer.from(text).toString('base64')] : [Buffer.from(text).toString('base64url')],
  ),
  ...['md5', 'sha1', 'sha256'].map((hash) => createHash(hash).update(text).digest('hex')),
]);

function hits(text: string): readonly string[] {
  const lower = text.toLowerCase();
  return [...traces, 'mustermann', clientAddress].filter((trace) => lower.includes(trace.toLowerCase()));
}

it('takes the address in by every way', async () => {
  for (const name of ['api.ndjson', 'dovecot-2.3-events.ndjson', 'dovecot-2.4-events.ndjson']) {
    const body = await lines(name);
    expect(hits(body)).toContain(clientAddress);
    expect(await post(body, 'application/x-ndjson')).toBe(202);
    // Broken in the middle, and not JSON at all.
    await post(body.slice(0, Math.floor(body.length / 2)), 'application/json');
    await post(`${user} ${body}`, 'application/x-ndjson');
  }
  const item = { observed_at: new Date().toISOString(), protocol: 'imap', server_host: 'mail.example.org', user };
  const wrong = [{ latch: [user] }, { name: 7, client_address: user }, { session: user, id: user }, { tls: user }];
  for (const more of [
    { client_address: clientAddress, name: 'Demo' },
    ...wrong,
    { user: `${user}\n` },
    { port: user },
  ]) {
    await post(JSON.stringify({ ...item, ...more }), 'application/x-ndjson');
  }
  for (const network of [1, 2, 3, 4, 5, 6, 7]) {
    const failed = {
      name: `Demo ${String(network)}`,
      latch_fail: ['tls-cert'],
      client_address: `198.51.${String(network)}.77`,
    };
    expect(await post(JSON.stringify({ ...item, ...failed }), 'application/x-ndjson')).toBe(202);
  }
  await post(`Final-Recipient: rfc822; ${user}\r\nTo: ${user}\r\n\r\n${user}`, 'message/rfc822');
  for (const name of ['dovecot-2.3-file.log', 'dovecot-2.3-syslog.log', 'postfix-3.7.log']) {
    await appendFile(join(folder, 'mail.log'), await lines(name));
  }
  await appendFile(join(folder, 'mail.log'), `imap-login: Info: Login: user=<${user}, rip=${clientAddress}\n`);
  // The last line of the log has a server of its own: when that is there, the lines before it were taken as well.
  await appendFile(
    join(folder, 'mail.log'),
    `${new Date().toISOString().slice(0, 19)} imap-login: Info: Login: user=<${user}>, method=PLAIN, ` +
      `rip=${clientAddress}, lip=192.0.2.200, mpid=1, TLS, session=<last>\n`,
  );
  await until(() => store.database.mailServer.findFirst({ where: { address: '192.0.2.200' } }));
  const account = pseudonymOf(key, user);
  // The account of all these ways is one, so the address did arrive.
  const services = await until(async () => {
    const rows = await store.database.latchHolder.findMany({ where: { account } });
    return rows.length > 2 ? new Set(rows.map(({ server }) => server)) : null;
  });
  expect(services.size).toBeGreaterThan(1);
  expect(await store.database.latchFailure.count({ where: { network: '203.0.113.0/24' } })).toBeGreaterThan(0);
});

it('keeps it nowhere in the database', async () => {
  const text = await dump();
  expect(text).toContain(pseudonymOf(key, user).slice(0, 8));
  expect(hits(text)).toEqual([]);
});

it('says it in no mail', async () => {
  const engine = createEngine(store.database);
  engine.clock.set(Date.now());
  engine.sight.relayPort = sink.port;
  await engine.watch();
  for (let run = 0; run < 3; run += 1) await engine.runAll('probe');
  await engine.runDue('notify');
  expect(sink.mails.map(({ body }) => body).join('\n')).toContain('tls-cert');
  expect(sink.mails.flatMap(({ raw }) => hits(raw))).toEqual([]);
});

it('erases it, and keeps no trace of who it was', async () => {
  const pseudonyms = [pseudonymOf(key, user)];
  const erased = await eraseAccount(store.database, { pseudonyms, actor: 'admin@example.org', now: new Date() });
  expect(erased).toBeGreaterThan(2);
  expect(await store.database.auditEntry.count({ where: { action: 'account.erased' } })).toBe(1);
  expect(hits(await dump())).toEqual([]);
  await post(await lines('dovecot-2.3-events.ndjson'), 'application/x-ndjson');
  expect(await store.database.latchHolder.count({ where: { account: pseudonyms[0] ?? '' } })).toBe(0);
});

it('says it in no answer to the sender, no log and no file', async () => {
  await ingest.stop();
  expect(ingest.output()).toContain('ingest is up');
  expect(hits(ingest.output())).toEqual([]);
  expect(answers.flatMap(hits)).toEqual([]);
  const files = await readdir(folder, { recursive: true, withFileTypes: true });
  const kept = files.filter((file) => file.isFile() && file.name !== 'mail.log');
  expect(kept.length).toBeGreaterThan(0);
  for (const file of kept) {
    expect(hits(`${file.name} ${await readFile(join(file.parentPath, file.name), 'latin1')}`)).toEqual([]);
  }
});
