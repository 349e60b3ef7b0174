import { spawn, type ChildProcess } from 'node:child_process';
import { createHash, X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { nameOctets, u16, type RecordToSend } from '#tests/lib/dns/message-builder.ts';
import { startAcmeLab, type AcmeLab, type IssuedFiles } from '#tests/support/acme.ts';
import { createTestDatabase, type TestDatabase } from '#tests/support/database.ts';
import { cleanEnvironment } from '#tests/support/product.ts';
import { startScriptedServer, type ScriptedServer, type ScriptStep } from '#tests/support/scripted-server.ts';
import { until } from '#tests/support/until.ts';
import { a, ns, startAuthorities, type Authorities } from '#tests/workers/net/dns/authority.ts';
import { createSigningKey } from '#tests/workers/probes/signed-zone.ts';
import { preflightReportSchema } from '#lib/model/preflight-schema.ts';
import { readChange } from '#lib/planner/read-change.ts';
import { readNextKey } from '#lib/dane/next-key.ts';
import { judgeRollover, type RolloverLight } from '#lib/dane/rollover.ts';
import { addDomain } from '#prisma/commands/domains.ts';
import { addEndpoint } from '#prisma/commands/endpoints.ts';
import { findRollover, requestLooks, startRollover } from '#prisma/commands/rollovers.ts';
import { findPreflight, requestPreflight } from '#prisma/commands/preflights.ts';
import { main } from '#workers/cli/main.ts';

/*
 * A certificate from a real ACME authority, renewed by a real client, before a mail server whose zone has TLSA records:
 * two authoritative servers, signed, with a TTL of three seconds so that the wait is real and short.
 */

const host = 'mail.acme.test';
const zone = 'acme.test';
const [rootAt, firstAt, secondAt, mailAt] = ['127.56.0.1', '127.56.0.2', '127.56.0.3', '127.56.0.9'];
const ttlSeconds = 3;
const hourMs = 3_600_000;

let acme: AcmeLab;
let test: TestDatabase;
let authorities: Authorities;
let mail: ScriptedServer;
let folder: string;
/** Data of the TLSA records that each name server has. */
const published = new Map<string, readonly string[]>();
/** What the mail server shows. */
let shown: IssuedFiles;

function digestOf({ certificate }: IssuedFiles): string {
  const key = new X509Certificate(certificate).publicKey.export({ type: 'spki', format: 'der' });
  return createHash('sha256').update(key).digest('hex');
}

const soa: RecordToSend = {
  name: zone,
  type: 'SOA',
  data: [
    ...nameOctets('ns1.acme.test'),
    ...nameOctets('hostmaster.acme.test'),
    ...Array.from({ length: 5 }, () => [0, 0, ...u16(3)]).flat(),
  ],
};
const zoneRecords = [
  soa,
  ns(zone, 'ns1.acme.test'),
  ns(zone, 'ns2.acme.test'),
  a('ns1.acme.test', firstAt),
  a('ns2.acme.test', secondAt),
  a(host, mailAt),
];

beforeAll(async () => {
  [acme, test] = await Promise.all([startAcmeLab(), createTestDatabase()]);
  folder = mkdtempSync(join(tmpdir(), 'latchwatch-preflight-'));
  shown = await acme.issue(host);
  mail = await startScriptedServer(mailScript(), { address: mailAt });
  const key = createSigningKey(zone, ttlSeconds);
  const served = (address: string) => (): readonly RecordToSend[] => [
    ...zoneRecords,
    ...(published.get(address) ?? []).map((data): RecordToSend => ({
      name: `_${String(mail.port)}._tcp.${host}`,
      type: 'TLSA',
      data: [3, 1, 1, ...Buffer.from(data, 'hex')],
    })),
  ];
  const validity = { inception: Date.now() - hourMs, expiration: Date.now() + 24 * hourMs };
  const behave =
    (address: string): ReturnType<typeof key.answer> =>
    (query, reply, close) =>
      key.answer({ records: served(address)(), ...validity })(query, reply, close);
  authorities = await startAuthorities(
    {
      [rootAt]: [
        {
          apex: '.',
          records: [
            ...[ns('.', 'ns.root'), a('ns.root', rootAt)],
            ...[ns(zone, 'ns1.acme.test'), a('ns1.acme.test', firstAt)],
            ...[ns(zone, 'ns2.acme.test'), a('ns2.acme.test', secondAt)],
          ],
        },
      ],
      [firstAt]: behave(firstAt),
      [secondAt]: behave(secondAt),
    },
    53,
  );
  const publicKey = Buffer.from(key.record.data.slice(4)).toString('base64');
  writeFileSync(join(folder, 'anchors'), `${zone} DNSKEY 257 3 15 ${publicKey}\n`);
  writeFileSync(join(folder, 'hints'), `. NS ns.root.\nns.root. A ${rootAt}\n`);
});
afterAll(async () => {
  await Promise.all([authorities.close(), mail.stop(), acme.stop(), test.close()]);
  rmSync(folder, { recursive: true });
});

function mailScript(): readonly ScriptStep[] {
  return [
    {
      get startTls() {
        return { cert: shown.certificate, key: shown.key };
      },
    },
    { send: '* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] ready\r\n' },
    { expect: /LOGOUT/ },
    { send: '* BYE\r\na1 OK\r\n' },
    { close: true },
  ];
}

function publish(...digests: readonly string[]): void {
  published.set(firstAt, digests);
  published.set(secondAt, digests);
}

function environment(): Readonly<Record<string, string>> {
  return {
    LATCHWATCH_ROOT_HINTS: join(folder, 'hints'),
    LATCHWATCH_TRUST_ANCHORS: join(folder, 'anchors'),
    LATCHWATCH_ALLOW_ADDRESSES: '127.0.0.0/8',
    LATCHWATCH_CA_FILE: acme.rootFile,
    LATCHWATCH_DATA: join(folder, 'data'),
  };
}

/** The command as a deploy hook calls it. */
async function preflight(
  { certificate }: IssuedFiles,
  options: { readonly args?: readonly string[]; readonly alone?: boolean } = {},
) {
  const file = join(folder, 'new.pem');
  writeFileSync(file, certificate);
  const out: string[] = [];
  const err: string[] = [];
  const at = `${host}:${String(mail.port)}`;
  const status = await main({
    args: [
      'preflight',
      '--cert',
      file,
      '--host',
      at,
      '--service',
      'imap',
      '--tls',
      'implicit',
      '--json',
      ...(options.args ?? []),
    ],
    env: { ...environment(), ...(options.alone === true ? {} : { DATABASE_URL: test.url }) },
    out: (text) => out.push(text),
    err: (text) => err.push(text),
    signal: new AbortController().signal,
  });
  if (err.length > 0) throw new Error(err.join('\n'));
  const report = preflightReportSchema.parse(JSON.parse(out.join('\n')));
  return { status, report, code: report.reasons[0]?.code };
}

it('blocks a renewal with a new key until its record is everywhere and caches have let go of the old set', async () => {
  publish(digestOf(shown));
  expect(await preflight(shown)).toMatchObject({ status: 0 });

  const renewed = await acme.renew(host, { keepKey: false });
  expect(digestOf(renewed)).not.toBe(digestOf(shown));
  const early = await preflight(renewed);
  expect(early).toMatchObject({ status: 2, code: 'tlsa-mismatch', report: { verdict: 'block', earliest_safe: null } });
  expect(early.report.reasons[0]?.fix).toContain(
    `_${String(mail.port)}._tcp.${host}. IN TLSA 3 1 1 ${digestOf(renewed)}`,
  );

  published.set(firstAt, [digestOf(shown), digestOf(renewed)]);
  const half = await preflight(renewed);
  expect(half.status).toBe(2);
  expect(['tlsa-mismatch', 'tlsa-not-everywhere']).toContain(half.code);

  publish(digestOf(shown), digestOf(renewed));
  const fresh = await preflight(renewed);
  expect(fresh).toMatchObject({ status: 2, code: 'tlsa-too-fresh' });
  const safeAt = Date.parse(z.string().parse(fresh.report.earliest_safe));

  const passed = await until(async () => {
    const answer = await preflight(renewed);
    return answer.status === 0 ? answer : null;
  });
  expect(Date.now()).toBeGreaterThanOrEqual(safeAt);
  expect(passed.report).toMatchObject({ verdict: 'pass', earliest_safe: null });

  shown = renewed;
  const sameKey = await acme.renew(host, { keepKey: true });
  expect(sameKey.certificate).not.toBe(renewed.certificate);
  publish(digestOf(renewed));
  expect(await preflight(sameKey)).toMatchObject({ status: 0, report: { verdict: 'pass' } });
});

it('keeps every answer as evidence', async () => {
  const kept = await test.database.preflight.findMany({ orderBy: { requestedAt: 'asc' } });
  const { report } = z.object({ report: preflightReportSchema }).parse(kept[1]?.answer);
  expect(report.verdict).toBe('block');
  expect(kept.every(({ requestedBy, finishedAt }) => requestedBy === 'command line' && finishedAt !== null)).toBe(true);
  expect(JSON.stringify(kept)).not.toContain('PRIVATE KEY');
});

it('has no memory without a database: the wait begins now, unless the hook knows better', async () => {
  const next = await acme.renew(host, { keepKey: false });
  publish(digestOf(shown), digestOf(next));
  expect(await preflight(next, { alone: true })).toMatchObject({ status: 2, code: 'tlsa-too-fresh' });
  const anHourAgo = new Date(Date.now() - hourMs).toISOString();
  expect(await preflight(next, { alone: true, args: ['--published', anHourAgo] })).toMatchObject({ status: 0 });
});

describe('with the worker program', () => {
  let worker: ChildProcess;
  beforeAll(() => {
    worker = spawn(process.execPath, ['--import', 'tsx', 'workers/main.ts'], {
      env: cleanEnvironment({ ...environment(), DATABASE_URL: test.url }),
      stdio: 'ignore',
    });
  });
  afterAll(async () => {
    const ended = once(worker, 'exit');
    worker.kill('SIGTERM');
    await ended;
  });

  it('answers the same where a worker is asked, as the API does', async () => {
    const next = await acme.renew(host, { keepKey: false });
    const read = readChange({ op: 'new_certificate', pem: next.certificate, hosts: [host], ports: [mail.port] });
    if (!read.ok) throw new Error(read.error[0]?.detail);
    const request = { changes: [read.value], service: { service: 'imap', tlsMode: 'implicit' } as const };
    const id = await requestPreflight(test.database, { request, actor: 'poller', now: new Date() });
    const answered = await until(async () => {
      const found = await findPreflight(test.database, id);
      return found === null || found.finishedAt === null ? null : found;
    });
    expect(answered).toMatchObject({ error: null, report: { verdict: 'block' } });
    expect(answered.report?.reasons[0]?.code).toBe('tlsa-mismatch');
  });

  it('leads a rollover from the first record to the last', async () => {
    publish(digestOf(shown));
    const next = await acme.renew(host, { keepKey: false });
    const { endpointId } = await watch();
    const key = readNextKey(next.certificate);
    if (!key.ok) throw new Error(key.error);
    const asked = { endpointId, key: key.value, form: '3 1 1', actor: 'admin' } as const;
    const id = await until(async () => {
      const started = await startRollover(test.database, { ...asked, now: new Date() });
      return started.ok ? started.value.id : null;
    });
    /** Has everything looked at until the light is this. */
    const wait = (light: RolloverLight) =>
      until(async () => {
        const rollover = await findRollover(test.database, id);
        if (rollover === null) throw new Error(id);
        const standing = judgeRollover(rollover, rollover.look, { now: Date.now(), freshForMs: hourMs });
        if (standing.light === light) return { standing, look: rollover.look };
        const { zoneId } = rollover;
        await requestLooks(test.database, { endpointId, zoneId, now: new Date() });
        return null;
      });

    const before = await wait('no-go');
    expect(before.standing.greenAt).toBeNull();
    publish(digestOf(shown), digestOf(next));
    const green = await wait('go');
    expect(green.look.servers.map(({ address }) => address)).toEqual([firstAt, secondAt]);
    const { publishedSince, settledAt } = green.look;
    expect((settledAt ?? 0) - (publishedSince ?? 0)).toBe(ttlSeconds * 1000);
    shown = next;
    await wait('deployed');
    publish(digestOf(next));
    expect((await wait('done')).standing.mistakes).toEqual([]);
  });
});

/** Puts the mail server under watch. */
async function watch(): Promise<{ readonly endpointId: string }> {
  const now = new Date();
  const target = { service: 'imap', tlsMode: 'implicit', host, port: mail.port } as const;
  return test.database.$transaction(async (tx) => {
    const { domainId } = await addDomain(tx, { name: zone, actor: 'test', now });
    return addEndpoint(tx, { domainId, target, now });
  });
}
