import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { preflightReportSchema } from '#lib/model/preflight-schema.ts';
import { dayMs, issueAuthority, issueCertificate } from '#tests/support/certificates.ts';
import { addressOctets } from '#tests/lib/dns/message-builder.ts';
import type { NameServer } from '#tests/workers/net/dns/scripted-name-server.ts';
import { startZoneServer } from '#tests/workers/net/dns/zone-server.ts';
import { main } from '#workers/cli/main.ts';

/* Against a resolver that signs nothing; real zones and certificates: tests/end-to-end/preflight-acme.test.ts. */

const host = 'mail.example.test';
const validity = { notBefore: Date.now() - dayMs, notAfter: Date.now() + 90 * dayMs };
const root = issueAuthority('Root of a test', { notBefore: Date.now() - dayMs, notAfter: Date.now() + 900 * dayMs });
const leaf = issueCertificate({ commonName: host, dnsNames: [host], issuer: root, ...validity });
const stray = issueCertificate({ commonName: host, dnsNames: ['other.example.test'], issuer: root, ...validity });

let nameServer: NameServer;
let folder: string;
const path = (name: string) => join(folder, name);

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'latchwatch-preflight-'));
  writeFileSync(path('root.pem'), root.pem);
  writeFileSync(path('new.pem'), leaf.pem);
  writeFileSync(path('stray.pem'), stray.pem);
  writeFileSync(path('combined.pem'), `${leaf.keyPem}${leaf.pem}`);
  writeFileSync(path('change.yaml'), `op: disable_tls\nversions: ['1.0']\nhosts: [${host}]\n`);
  writeFileSync(path('wrong.yaml'), 'change:\n  - op: hope\n');
  nameServer = await startZoneServer({
    records: [{ name: host, type: 'A', data: addressOctets('127.0.0.1') }],
  });
});
afterAll(async () => {
  await nameServer.close();
  rmSync(folder, { recursive: true });
});

async function run(...args: readonly string[]) {
  const out: string[] = [];
  const err: string[] = [];
  const { address, port } = nameServer.server;
  const status = await main({
    args: ['preflight', ...args],
    env: {
      LATCHWATCH_RESOLVER: `${address}:${String(port)}`,
      LATCHWATCH_ALLOW_ADDRESSES: '127.0.0.0/8',
      LATCHWATCH_CA_FILE: path('root.pem'),
      LATCHWATCH_DATA: path('data'),
    },
    out: (text) => out.push(text),
    err: (text) => err.push(text),
    signal: new AbortController().signal,
  });
  return { status, out: out.join('\n'), err: err.join('\n') };
}

describe('latchwatch preflight', () => {
  it('blocks where nobody can tell whether records are signed, and says so in plain lines', async () => {
    const { status, out } = await run('--cert', path('new.pem'), '--host', `${host}:993`);
    expect(status).toBe(2);
    expect(out).toMatch(/^BLOCK: do not make this change now\.$/m);
    expect(out).toMatch(/^BLOCK mail\.example\.test:993: Whether its TLSA records are signed could not be told/m);
    expect(out).toMatch(/^ok {4}mail\.example\.test:993: The chain leads to CN=Root of a test\.$/m);
    expect(out).toMatch(/^Clients that would be locked out were not counted/m);
  });

  it('judges the certificate itself whatever DNS says', async () => {
    const { status, out } = await run('--cert', path('stray.pem'), '--host', `${host}:993`, '--json');
    expect(status).toBe(2);
    const { reasons, breaks } = preflightReportSchema.parse(JSON.parse(out));
    expect(reasons.map(({ verdict, code }) => `${verdict} ${code}`)).toContain('block names-missing');
    expect(breaks).toBeNull();
  });

  it('ends with 3 where a change concerns clients that nobody counts', async () => {
    const { status, out } = await run('--change', path('change.yaml'));
    expect(status).toBe(3);
    expect(out).toMatch(/^UNKNOWN: /m);
  });

  it.each([
    [['--cert', 'combined.pem', '--host', `${host}:993`], /private key/],
    [['--cert', 'root.pem', '--host', `${host}:993`], /that of a CA/],
    [['--cert', 'missing.pem', '--host', `${host}:993`], /missing\.pem cannot be read/],
    [['--cert', 'new.pem'], /--host HOST:PORT/],
    [['--cert', 'new.pem', '--host', `${host}:4711`], /--service/],
    [['--cert', 'new.pem', '--host', `${host}:993`, '--published', 'soon'], /"soon" is no time/],
    [['--change', 'wrong.yaml'], /wrong\.yaml\/op: /],
    [['--cert', 'new.pem', '--change', 'change.yaml'], /not both/],
  ] as const)('blocks with a sentence on wrong usage: %j', async (args, sentence) => {
    const named = args.map((arg) => (/\.(?:pem|yaml)$/.test(arg) ? path(arg) : arg));
    const { status, out, err } = await run(...named);
    expect([status, out]).toEqual([2, '']);
    expect(err).toMatch(sentence);
  });

  it('prints the schema that is kept in docs/schema, which describes the answer', async () => {
    const kept: unknown = JSON.parse(readFileSync('docs/schema/preflight.schema.json', 'utf8'));
    // To renew it: latchwatch preflight --schema > docs/schema/preflight.schema.json, then prettier.
    expect(JSON.parse((await run('--schema')).out)).toEqual(kept);
    const schema = z.fromJSONSchema(z.custom<z.core.JSONSchema.JSONSchema>().parse(kept));
    const { out } = await run('--change', path('change.yaml'), '--json');
    expect(schema.safeParse(JSON.parse(out)).error).toBeUndefined();
    expect(schema.safeParse({ verdict: 'maybe' }).success).toBe(false);
  });
});
