import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { scanReportSchema } from '#lib/model/scan-schema.ts';
import { addressOctets } from '#tests/lib/dns/message-builder.ts';
import { dayMs, issueCertificate } from '#tests/support/certificates.ts';
import { startMailServer, type MailServer, type MailServerOptions } from '#tests/support/mail-server.ts';
import { sharedLab } from '#tests/support/shared-lab.ts';
import type { NameServer } from '#tests/workers/net/dns/scripted-name-server.ts';
import { startZoneServer } from '#tests/workers/net/dns/zone-server.ts';
import type { ExitStatus } from '#workers/cli/command.ts';
import { scanCommand } from '#workers/cli/commands/scan.ts';
import { UsageError } from '#workers/cli/usage-error.ts';

const host = 'mail.example.test';
const validity = { notBefore: Date.now() - dayMs, notAfter: Date.now() + 90 * dayMs };
const root = issueCertificate({ commonName: 'Test Root', isAuthority: true, ...validity });
const leaf = issueCertificate({ commonName: host, dnsNames: [host], issuer: root, ...validity });

let folder: string;
let mailServer: MailServer | null = null;
let nameServer: NameServer;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'latchwatch-scan-'));
  await writeFile(join(folder, 'ca.pem'), root.pem);
  nameServer = await startZoneServer({
    records: [{ name: host, type: 'A', data: addressOctets('127.0.0.1') }],
  });
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

async function run(
  args: readonly string[],
  {
    env = {
      LATCHWATCH_RESOLVER: `${nameServer.server.address}:${nameServer.server.port}`,
      LATCHWATCH_CA_FILE: join(folder, 'ca.pem'),
      LATCHWATCH_ALLOW_ADDRESSES: '127.0.0.0/8',
      LATCHWATCH_VANTAGE: 'test-bench',
    },
    signal = new AbortController().signal,
  }: { readonly env?: Readonly<Record<string, string>>; readonly signal?: AbortSignal } = {},
): Promise<Outcome> {
  const out: string[] = [];
  const err: string[] = [];
  const status = await scanCommand.run({
    ...{ args, env, signal },
    out: (text) => out.push(text),
    err: (text) => err.push(text),
  });
  return { status, out: out.join('\n'), err: err.join('\n') };
}

const submission: MailServerOptions = {
  tlsMode: 'starttls',
  greeting: '220 mail ESMTP\r\n',
  answer: (line, secured) => {
    if (line.startsWith('EHLO')) return secured ? '250-mail\r\n250 AUTH PLAIN\r\n' : '250-mail\r\n250 STARTTLS\r\n';
    if (line === 'STARTTLS') return '220 go ahead\r\n';
    if (line.startsWith('MAIL')) return '530 5.7.0 STARTTLS first \u001b[31m\r\n';
    return line === 'QUIT' ? '221 Bye\r\n' : '500 5.5.2 what?\r\n';
  },
  tls: { key: leaf.keyPem, cert: leaf.pem },
};
const asSubmission = ['--service', 'submission', '--tls', 'starttls'] as const;

async function committedSchema(): Promise<unknown> {
  return JSON.parse(await readFile('docs/schema/scan.schema.json', 'utf8'));
}

describe('latchwatch scan', () => {
  it('shows what it saw, and tries commands only where it is told to', async () => {
    mailServer = await startMailServer(submission);
    const { out, err } = await run([`${host}:${mailServer.port}`, ...asSubmission]);
    expect(out).toContain(`${host} port ${mailServer.port}, Submission, STARTTLS, deep scan from test-bench`);
    expect(out).toMatch(/^ {2}TLS 1\.3 +yes, TLS_AES_256_GCM_SHA384$/m);
    expect(out).toMatch(/^ {2}TLS 1\.0 +no \(protocol_version\)$/m);
    expect(out).toMatch(/^ {2}RC4 +no \(handshake_failure\)$/m);
    expect(out).toMatch(/^ {2}EC key +CN=mail\.example\.test/m);
    expect(out).toMatch(/^ {2}MAIL before TLS +530 5\.7\.0 STARTTLS first /m);
    expect(out).not.toContain('\u001b');
    expect(out).not.toContain('CLIENT, good');
    expect(err).toContain('[1/1] 127.0.0.1: scanned');
    expect(mailServer.received.some((line) => line.startsWith('CLIENT'))).toBe(false);
  });

  it('prints JSON that its schema describes, and nothing else, on standard output', async () => {
    mailServer = await startMailServer(submission);
    const asked = ['--json', '--client-command', '--injection'];
    const { out } = await run([`${host}:${mailServer.port}`, ...asSubmission, ...asked]);
    const report: unknown = JSON.parse(out);
    const schema = z.fromJSONSchema(z.custom<z.core.JSONSchema.JSONSchema>().parse(await committedSchema()));
    expect(schema.safeParse(report).error).toBeUndefined();
    const { observation } = scanReportSchema.parse(report);
    expect(observation.addresses).toMatchObject([
      {
        clientCommand: { good: { reply: '500 5.5.2 what?' }, bad: { reply: '500 5.5.2 what?' } },
        injection: { obeyed: 'no' },
        keys: { ec: { facts: { chain: [leaf.base64], pkix: { trusted: true } } } },
      },
    ]);
  });

  it('prints the schema that is kept in docs/schema', async () => {
    const { out } = await run(['--schema']);
    // To renew it: latchwatch scan --schema > docs/schema/scan.schema.json, then prettier.
    expect(await committedSchema()).toEqual(JSON.parse(out));
  });

  it.each([
    ['the name does not exist', 'gone.example.test:993', 'gone.example.test has no address'],
    ['the address is private', '10.0.0.1:993', 'no address let itself be scanned'],
  ])('ends with 2 where %s', async (_why, at, sentence) => {
    const { status, err } = await run([at, '--service', 'imap']);
    expect(err).toContain(sentence);
    expect(status).toBe(2);
  });

  it('stops when it is asked to', async () => {
    const abort = new AbortController();
    mailServer = await startMailServer({
      ...submission,
      greeting: (connection) => {
        if (connection === 3) abort.abort();
        return '220 mail ESMTP\r\n';
      },
    });
    const { status, err } = await run([`${host}:${mailServer.port}`, ...asSubmission], { signal: abort.signal });
    expect(err).toContain('Stopped');
    expect(status).toBe(2);
  });

  it.each([
    [[], 'Say where to look'],
    [['mail.example.test:993'], 'Say --service'],
    [['mail.example.test:9930', '--service', 'imap'], 'Say --tls implicit|starttls.'],
  ])('refuses %j with a sentence', async (args, sentence) => {
    await expect(run(args)).rejects.toThrow(UsageError);
    await expect(run(args)).rejects.toThrow(sentence);
  });

  it.each([
    ['Dovecot with STLS', 'mail.ok.test:110', 'pop3'],
    ['Postfix with STARTTLS', 'mail.ok.test:25', 'smtp'],
  ])('sees all there is to see of %s in the lab', async (_server, at, service) => {
    const { environment } = await sharedLab();
    const { out } = await run([at, '--service', service, '--json', '--injection'], { env: environment });
    const { addresses } = scanReportSchema.parse(JSON.parse(out)).observation;
    expect(addresses.length).toBeGreaterThan(0);
    for (const scan of addresses) {
      expect(scan).toMatchObject({
        failure: null,
        certificateRequest: 'no',
        closeNotify: 'yes',
        versions: { 'TLSv1.3': { outcome: 'accepted' }, 'TLSv1.2': { outcome: 'accepted' } },
        withoutServerName: { outcome: 'accepted' },
        weakSuites: { null: { outcome: 'refused' }, export: { outcome: 'refused' }, rc4: { outcome: 'refused' } },
      });
      expect(scan.repeated).toHaveLength(4);
      if (service === 'pop3') expect(scan.statBeforeLogin?.reply).toMatch(/^-ERR/);
      if (scan.injection !== null) expect(scan.injection.obeyed).toBe('no');
    }
  });
});
