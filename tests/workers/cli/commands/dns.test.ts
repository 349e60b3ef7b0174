import { readFile } from 'node:fs/promises';
import { dnsReportSchema } from '#lib/model/dns-report-schema.ts';
import { dnsAddresses } from '#tests/lab/addresses.ts';
import { sharedLab } from '#tests/support/shared-lab.ts';
import { main } from '#workers/cli/main.ts';

/* The command as a person types it, against the lab's name servers from the lab's root down. */

async function run(args: readonly string[]) {
  const lab = await sharedLab();
  const out: string[] = [];
  const err: string[] = [];
  const status = await main({
    args: ['dns', ...args],
    env: lab.environment,
    out: (text) => out.push(text),
    err: (text) => err.push(text),
    signal: new AbortController().signal,
  });
  return { status, out: out.join('\n'), err: err.join('\n') };
}

const tlsa = '_25._tcp.mail.ok.test';

describe('latchwatch dns', () => {
  it('prints the chain of trust, signature by signature, and the verdict', async () => {
    const { status, out } = await run([tlsa, 'TLSA']);
    expect(status).toBe(0);
    expect(out).toMatch(/^_25\._tcp\.mail\.ok\.test TLSA: secure$/m);
    expect(out).toMatch(/^Chain of trust from \. \(\d+; .*root\.key\)/m);
    for (const zone of ['.', 'test', 'ok.test']) {
      expect(out).toContain(`\n${zone}  secure\n`);
      expect(out).toMatch(new RegExp(`RRSIG ${zone.replace('.', '\\.')} DNSKEY by .*: valid, \\d+ days left`));
    }
    expect(out).toMatch(/RRSIG ok\.test DS by test \d+/);
    expect(out).toMatch(/^First to expire: /m);
  });

  it('shows the proof that a zone is not signed', async () => {
    const { status, out } = await run(['tlsa-unsigned.test', 'MX']);
    expect(status).toBe(0);
    expect(out).toMatch(/^tlsa-unsigned\.test MX: insecure$/m);
    expect(out).toContain('proof by NSEC: no-ds');
  });

  it('ends with 1 and says what to do where the answer is bogus', async () => {
    const { status, out } = await run(['expired.dnssec.test', 'SOA']);
    expect(status).toBe(1);
    expect(out).toMatch(/bogus at expired\.dnssec\.test \w+: its signature has expired \(EDE 7\)/);
    expect(out).toContain('signature-expired');
  });

  it('judges as of another day', async () => {
    const { status, out } = await run(['ok.test', 'MX', '--at', '2036-01-01']);
    expect(status).toBe(1);
    expect(out).toContain('bogus at . DNSKEY: its signature has expired');
  });

  it('asks every server, and ends with 1 where one of them is stale', async () => {
    const same = await run([tlsa, 'TLSA', '--all-servers']);
    expect(same.status).toBe(0);
    expect(same.out).toMatch(/ns\.ok\.test 127\.53\.0\.3: NOERROR, secure/);
    expect(same.out).toMatch(/ns2\.ok\.test 127\.53\.0\.4: NOERROR, secure/);
    const stale = await run(['stale-secondary.dnssec.test', 'SOA', '--all-servers']);
    expect(stale.status).toBe(1);
    expect(stale.out).toMatch(/^ {2}\S+ 127\.53\.0\.\d: NOERROR, secure$/m);
    expect(stale.out).toMatch(/^ {2}\S+ 127\.53\.0\.\d: NOERROR, bogus at .*expired/m);
  });

  it('asks through a resolver, whose validation it does not take over', async () => {
    const bogus = await run(['expired.dnssec.test', 'SOA', '--resolver', dnsAddresses.resolver]);
    expect(bogus.status).toBe(1);
    expect(bogus.out).toContain('its signature has expired');
    expect((await run([tlsa, 'TLSA', '--resolver', dnsAddresses.resolver])).status).toBe(0);
  });

  it('prints JSON by the schema that is kept in docs/schema, and nothing else', async () => {
    const { out } = await run([tlsa, 'TLSA', '--all-servers', '--json']);
    const report = dnsReportSchema.parse(JSON.parse(out));
    expect(report.validation.links.map(({ zone }) => zone)).toEqual(['.', 'test', 'ok.test']);
    expect(report.servers).toHaveLength(2);
    // To renew it: latchwatch dns --schema > docs/schema/dns.schema.json, then prettier.
    const kept: unknown = JSON.parse(await readFile('docs/schema/dns.schema.json', 'utf8'));
    expect(kept).toEqual(JSON.parse((await run(['--schema'])).out));
  });

  it('ends with 2 where nobody can be asked', async () => {
    const { status, out } = await run(['ok.test', 'MX', '--resolver', '127.0.0.1:9']);
    expect(status).toBe(2);
    expect(out).toContain('ok.test MX: indeterminate');
  });

  it.each([
    [[], 'Say a name and a type'],
    [['ok.test'], 'Say a name and a type'],
    [['ok.test', 'MX', 'A'], 'one name and one type'],
    [['ok..test', 'MX'], 'is no name'],
    [['ok.test', 'MAIL'], 'is no type'],
    [['ok.test', 'MX', '--at', 'soon'], 'is no time'],
    [['ok.test', 'MX', '--resolver', 'dns.example'], 'is no resolver'],
    [['ok.test', 'MX', '--hints', '/nowhere'], 'LATCHWATCH_ROOT_HINTS names /nowhere'],
    [['ok.test', 'MX', '--anchors', 'package.json'], 'LATCHWATCH_TRUST_ANCHORS'],
  ])('refuses %j', async (args, sentence) => {
    const { status, out, err } = await run(args);
    expect(status).toBe(2);
    expect(out).toBe('');
    expect(err).toContain(sentence);
  });
});
