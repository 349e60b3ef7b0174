import { readFile } from 'node:fs/promises';
import type { SecureContextOptions } from 'node:tls';
import { z } from 'zod';
import type { TlsaRecord } from '#lib/model/observation.ts';
import { tlsaReportSchema } from '#lib/model/tlsa-schema.ts';
import { addressOctets, type RecordToSend } from '#tests/lib/dns/message-builder.ts';
import { dayMs, issueCertificate, type TestCertificate } from '#tests/support/certificates.ts';
import { tlsaOf } from '#tests/support/observations.ts';
import { startScriptedServer, type ScriptedServer, type ScriptStep } from '#tests/support/scripted-server.ts';
import type { NameServer } from '#tests/workers/net/dns/scripted-name-server.ts';
import { startZoneServer } from '#tests/workers/net/dns/zone-server.ts';
import type { ExitStatus } from '#workers/cli/command.ts';
import { tlsaCommand } from '#workers/cli/commands/tlsa.ts';
import { UsageError } from '#workers/cli/usage-error.ts';

/* The name server here signs nothing and passes nothing: what DNSSEC says is the lab's to test. */

const host = 'mail.example.test';
const validity = { notBefore: Date.now() - dayMs, notAfter: Date.now() + 90 * dayMs };
const names = { commonName: host, dnsNames: [host] };
const ec = issueCertificate({ ...names, ...validity });
const rsa = issueCertificate({ ...names, ...validity, keyType: 'rsa' });
const next = issueCertificate({ ...names, ...validity });

let mailServer: ScriptedServer | null = null;
let nameServer: NameServer | null = null;

afterEach(async () => {
  await mailServer?.stop();
  await nameServer?.close();
  mailServer = null;
  nameServer = null;
});

interface Outcome {
  readonly status: ExitStatus;
  readonly out: string;
  readonly err: string;
}

async function run(args: readonly string[]): Promise<Outcome> {
  const out: string[] = [];
  const err: string[] = [];
  const resolver = nameServer === null ? '127.0.0.1:1' : `${nameServer.server.address}:${nameServer.server.port}`;
  const status = await tlsaCommand.run({
    args,
    env: { LATCHWATCH_RESOLVER: resolver, LATCHWATCH_ALLOW_ADDRESSES: '127.0.0.0/8', LATCHWATCH_VANTAGE: 'test-bench' },
    out: (text) => out.push(text),
    err: (text) => err.push(text),
    signal: new AbortController().signal,
  });
  return { status, out: out.join('\n'), err: err.join('\n') };
}

/** An IMAP server with these certificates, whose port has these records. Gives HOST:PORT. */
async function serve(certificates: readonly TestCertificate[], records: readonly TlsaRecord[]): Promise<string> {
  const options: SecureContextOptions = {
    cert: certificates.map(({ pem }) => pem),
    key: certificates.map(({ keyPem }) => keyPem),
  };
  const script: readonly ScriptStep[] = [
    { startTls: options },
    { send: '* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] ready\r\n' },
    { expect: 'a1 LOGOUT' },
    { send: '* BYE\r\na1 OK\r\n' },
    { close: true },
  ];
  mailServer = await startScriptedServer(script);
  const { port } = mailServer;
  nameServer = await startZoneServer({
    records: [
      { name: host, type: 'A', data: addressOctets('127.0.0.1') },
      ...records.map(({ usage, selector, matchingType, data }): RecordToSend => ({
        name: `_${port}._tcp.${host}`,
        type: 'TLSA',
        data: [usage, selector, matchingType, ...Buffer.from(data, 'hex')],
      })),
    ],
  });
  return `${host}:${port}`;
}

const asImaps = ['--service', 'imap', '--tls', 'implicit'] as const;

async function committedSchema(): Promise<unknown> {
  return JSON.parse(await readFile('docs/schema/tlsa.schema.json', 'utf8'));
}

describe('latchwatch tlsa', () => {
  it('says record by record what matches, and what the others are', async () => {
    const good = tlsaOf(ec);
    const at = await serve([ec], [good, tlsaOf(next), { ...good, data: good.data.slice(0, 40) }]);
    const { status, out } = await run([at, ...asImaps]);
    expect(out).toContain(
      `_${at.split(':')[1] ?? ''}._tcp.${host}, as mail programs (RFC 6698, 7671) see it from test-bench`,
    );
    expect(out).toMatch(/^DNSSEC indeterminate: /m);
    expect(out).toContain(`127.0.0.1 shows ECDSA CN=${host}, key ${good.data.slice(0, 16)}…`);
    expect(out).toContain(`3 1 1 ${good.data}\n  in use\n  127.0.0.1 ECDSA: matches the server certificate`);
    expect(out).toContain(`3 1 1 ${tlsaOf(next).data}\n  matches nothing: the next key, or left over\n`);
    expect(out).toContain('  unusable: has a digest of the wrong length');
    expect(status).toBe(0);
  });

  it('ends with 1 where one of two certificates matches nothing, and names its key type', async () => {
    const { status, out } = await run([await serve([rsa, ec], [tlsaOf(ec)]), ...asImaps]);
    expect(out).toContain('127.0.0.1 ECDSA: matches the server certificate');
    expect(out).toContain('127.0.0.1 RSA: is of no certificate shown');
    expect(out).toMatch(/^WARN No TLSA record matches the RSA certificate/m);
    expect(status).toBe(1);
  });

  it('prints the record to publish where there is none', async () => {
    const at = await serve([ec], []);
    const { status, out } = await run([at, ...asImaps]);
    expect(out).toContain(
      `There is no TLSA record.\nTo publish:\n  _${at.split(':')[1] ?? ''}._tcp.${host}. IN TLSA 3 1 1 ${tlsaOf(ec).data}`,
    );
    expect(status).toBe(0);
  });

  it('prints JSON that its schema describes, and nothing else, on standard output', async () => {
    const { out, status } = await run([await serve([ec], [tlsaOf(next)]), ...asImaps, '--json']);
    const schema = z.fromJSONSchema(z.custom<z.core.JSONSchema.JSONSchema>().parse(await committedSchema()));
    const report: unknown = JSON.parse(out);
    expect(schema.safeParse(report).error).toBeUndefined();
    expect(schema.safeParse({ ...z.object({}).loose().parse(report), records: 'many' }).success).toBe(false);
    expect(tlsaReportSchema.parse(report)).toMatchObject({
      policy: 'mua',
      records: [{ standing: 'orphan', ageMs: null, outcomes: [{ kind: 'no-match', why: 'no-certificate' }] }],
      certificates: [{ keyType: 'ECDSA', publicKeySha256: tlsaOf(ec).data, nameMatches: true }],
      findings: [{ code: 'tlsa-mismatch', verdict: 'warn' }, { code: 'tlsa-single' }],
    });
    expect(status).toBe(1);
  });

  it('prints the schema that is kept in docs/schema', async () => {
    const { out } = await run(['--schema']);
    // To renew it: latchwatch tlsa --schema > docs/schema/tlsa.schema.json, then prettier.
    expect(await committedSchema()).toEqual(JSON.parse(out));
  });

  it('ends with 2 where no certificate could be seen', async () => {
    const at = await serve([ec], [tlsaOf(ec)]);
    await mailServer?.stop();
    mailServer = null;
    const { status, out, err } = await run([at, ...asImaps]);
    expect(out).toContain('not compared: no certificate was seen');
    expect(err).toContain('no address shows a certificate (127.0.0.1: refused');
    expect(status).toBe(2);
  });

  it('ends with 2 where the host does not exist', async () => {
    await serve([ec], []);
    const { status, err } = await run(['gone.example.test:993', '--service', 'imap']);
    expect(err).toContain('gone.example.test has no address');
    expect(status).toBe(2);
  });

  it.each([
    ['an address', ['192.0.2.1:993', '--service', 'imap'], /belong to names/],
    ['a port that says nothing about TLS', ['mail.example.test:1993', '--service', 'imap'], /Say --tls/],
    ['no service', ['mail.example.test:993'], /Say --service/],
    ['nothing', [], /Say where to look/],
  ])('refuses %s', async (_what, args, sentence) => {
    const refused = run(args);
    await expect(refused).rejects.toThrow(UsageError);
    await expect(refused).rejects.toThrow(sentence);
  });

  it('knows how TLS begins on the usual ports', async () => {
    await serve([ec], []);
    const { out } = await run([`${host}:25`, '--service', 'smtp', '--address', '127.0.0.9']);
    expect(out).toContain(`_25._tcp.${host}, as senders of mail (RFC 7672)`);
  });
});
