import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { probeReportSchema } from '#lib/model/probe-schema.ts';
import { addressOctets, type RecordToSend } from '#tests/lib/dns/message-builder.ts';
import { dayMs, issueCertificate, type TestCertificate } from '#tests/support/certificates.ts';
import { startScriptedServer, type ScriptedServer, type ScriptStep } from '#tests/support/scripted-server.ts';
import type { NameServer } from '#tests/workers/net/dns/scripted-name-server.ts';
import { startZoneServer } from '#tests/workers/net/dns/zone-server.ts';
import type { ExitStatus } from '#workers/cli/command.ts';
import { probeCommand } from '#workers/cli/commands/probe.ts';
import { Refusal } from '#workers/database/refusal.ts';
import { UsageError } from '#workers/cli/usage-error.ts';

const host = 'mail.example.test';
const validity = { notBefore: Date.now() - dayMs, notAfter: Date.now() + 90 * dayMs };
const root = issueCertificate({ commonName: 'Test Root', isAuthority: true, ...validity });
const healthy = issueCertificate({ commonName: host, dnsNames: [host], issuer: root, ...validity });
const expired = issueCertificate({
  commonName: host,
  dnsNames: [host],
  issuer: root,
  notBefore: Date.now() - 90 * dayMs,
  notAfter: Date.now() - dayMs,
});

let folder: string;
let mailServer: ScriptedServer | null = null;
let nameServer: NameServer;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'latchwatch-probe-'));
  await writeFile(join(folder, 'ca.pem'), root.pem);
  const records: readonly RecordToSend[] = [
    { name: host, type: 'A', data: addressOctets('127.0.0.1') },
    { name: 'private.example.test', type: 'A', data: addressOctets('10.0.0.1') },
  ];
  nameServer = await startZoneServer({ records });
});
afterEach(async () => {
  await mailServer?.stop();
  mailServer = null;
});
afterAll(async () => {
  await nameServer.close();
  await rm(folder, { recursive: true });
});

interface Outcome {
  readonly status: ExitStatus;
  readonly out: string;
  readonly err: string;
}

async function run(args: readonly string[], signal = new AbortController().signal): Promise<Outcome> {
  const out: string[] = [];
  const err: string[] = [];
  const status = await probeCommand.run({
    args,
    env: {
      LATCHWATCH_RESOLVER: `${nameServer.server.address}:${nameServer.server.port}`,
      LATCHWATCH_CA_FILE: join(folder, 'ca.pem'),
      LATCHWATCH_ALLOW_ADDRESSES: '127.0.0.0/8',
      LATCHWATCH_VANTAGE: 'test-bench',
    },
    out: (text) => out.push(text),
    err: (text) => err.push(text),
    signal,
  });
  return { status, out: out.join('\n'), err: err.join('\n') };
}

async function serve(script: readonly ScriptStep[]): Promise<number> {
  mailServer = await startScriptedServer(script);
  return mailServer.port;
}

const imaps = ({ keyPem, pem }: TestCertificate): readonly ScriptStep[] => [
  { startTls: { key: keyPem, cert: pem } },
  { send: '* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] \u001b[31mready\r\n' },
  { expect: 'a1 LOGOUT' },
  { send: '* BYE\r\na1 OK\r\n' },
  { close: true },
];
const asImaps = ['--service', 'imap', '--tls', 'implicit'] as const;

async function committedSchema(): Promise<unknown> {
  return JSON.parse(await readFile('docs/schema/probe.schema.json', 'utf8'));
}

describe('latchwatch probe', () => {
  it('ends with 0 for a healthy server, and shows what it saw', async () => {
    const port = await serve(imaps(healthy));
    const { status, out, err } = await run([`${host}:${port}`, ...asImaps]);
    expect(out).toContain(`${host} port ${port}, IMAP, implicit TLS, seen from test-bench`);
    expect(out).toContain('TLSv1.3');
    expect(out).toContain(`trusted by Mozilla (Node ${process.versions.node}) + ${join(folder, 'ca.pem')}`);
    expect(out).not.toContain('\u001b');
    expect(err).toContain('[1/1] 127.0.0.1: seen');
    expect(status).toBe(0);
  });

  it('ends with 1 and says what is wrong and what to do', async () => {
    const { status, out } = await run([`${host}:${await serve(imaps(expired))}`, ...asImaps]);
    expect(status).toBe(1);
    expect(out).toContain('CERT_HAS_EXPIRED');
    expect(out).toMatch(/^CRIT .*expired/m);
    expect(out).toMatch(/^ {2}do now/m);
  });

  it('prints JSON that its schema describes, and nothing else, on standard output', async () => {
    const { status, out, err } = await run([`${host}:${await serve(imaps(expired))}`, ...asImaps, '--json']);
    expect(status).toBe(1);
    const schema = z.fromJSONSchema(z.custom<z.core.JSONSchema.JSONSchema>().parse(await committedSchema()));
    const report: unknown = JSON.parse(out);
    expect(schema.safeParse(report).error).toBeUndefined();
    expect(schema.safeParse({ ...z.object({}).loose().parse(report), findings: 'many' }).success).toBe(false);
    const { observation, findings } = probeReportSchema.parse(report);
    expect(observation).toMatchObject({ endpoint: { host }, vantage: 'test-bench', sessions: [{ failure: null }] });
    expect(observation.sessions[0]?.tls?.chain).toEqual([expired.base64]);
    expect(findings[0]).toMatchObject({ verdict: 'crit' });
    expect(err).not.toBe('');
  });

  it('prints the schema that is kept in docs/schema', async () => {
    const { out } = await run(['--schema']);
    // To renew it: latchwatch probe --schema > docs/schema/probe.schema.json, then prettier.
    expect(await committedSchema()).toEqual(JSON.parse(out));
  });

  it('looks at the one address that was asked for', async () => {
    const port = await serve(imaps(healthy));
    const { status } = await run([`other.example.test:${port}`, ...asImaps, '--address', '127.0.0.1']);
    // The name has no address in DNS and is not in the certificate.
    expect(status).toBe(1);
    expect(mailServer?.serverNames).toEqual(['other.example.test']);
  });

  it.each([
    ['the name does not exist', 'gone.example.test:993', 'gone.example.test has no address'],
    ['the address is private', 'private.example.test:993', '10.0.0.1 is not a public address'],
    ['the address is IPv6 loopback', '[::1]:993', '::1 is not a public address'],
  ])('ends with 2 where %s', async (_why, at, sentence) => {
    const { status, err } = await run([at, ...asImaps]);
    expect(err).toContain(sentence);
    expect(status).toBe(2);
  });

  it('ends with 2 where the server asks to come back later', async () => {
    const port = await serve([{ send: '421 4.3.2 later\r\n' }]);
    const { status, err } = await run([`${host}:${port}`, '--service', 'smtp', '--tls', 'starttls']);
    expect(err).toContain('Could not look at 127.0.0.1: temporary (greeting): 421 4.3.2 later');
    expect(status).toBe(2);
  });

  it('ends with 1 where nobody listens', async () => {
    const port = await serve([]);
    await mailServer?.stop();
    mailServer = null;
    const { status, out } = await run([`${host}:${port}`, ...asImaps]);
    expect(out).toContain('does not answer');
    expect(status).toBe(1);
  });

  it('stops when it is asked to', async () => {
    const abort = new AbortController();
    const port = await serve([
      { send: '* OK [CAPABILITY IMAP4rev1 STARTTLS] hi\r\n' },
      { expect: 'a1 STARTTLS' },
      { run: () => abort.abort() },
    ]);
    const { status, err } = await run([`${host}:${port}`, '--service', 'imap', '--tls', 'starttls'], abort.signal);
    expect(err).toContain('Stopped');
    expect(status).toBe(2);
  });

  it.each([
    [[], 'Say where to look'],
    [['mail.example.test:993'], 'Say --service'],
    [
      ['mail.example.test:993', '--service', 'gopher', '--tls', 'implicit'],
      'Say --service imap|pop3|submission|smtp|sieve.',
    ],
    [['mail.example.test:993', '--service', 'imap'], 'Say --tls implicit|starttls.'],
    [['mail.example.test:25', '--service', 'smtp', '--tls', 'implicit'], 'no implicit TLS'],
    [['mail.example.test', ...asImaps], 'Say HOST:PORT'],
    [['mail.example.test:0', ...asImaps], 'Say HOST:PORT'],
    [['mail.example.test:65536', ...asImaps], 'Say HOST:PORT'],
    [['::1:993', ...asImaps], 'brackets'],
    [['[mail]:993', ...asImaps], 'An address is written as'],
    [['mail_1.example.test:993', ...asImaps], 'underscore'],
    [['a.example.test:993', 'b.example.test:993', ...asImaps], 'Say one HOST:PORT'],
    [['mail.example.test:993', ...asImaps, '--address', 'mail'], 'An address is written as'],
  ])('refuses %j with a sentence', async (args, sentence) => {
    await expect(run(args)).rejects.toThrow(UsageError);
    await expect(run(args)).rejects.toThrow(sentence);
  });

  it('refuses a file of certificates that holds none', async () => {
    await writeFile(join(folder, 'ca.pem'), 'nothing');
    await expect(run(['127.0.0.1:993', ...asImaps])).rejects.toThrow(Refusal);
    await writeFile(join(folder, 'ca.pem'), root.pem);
  });
});
