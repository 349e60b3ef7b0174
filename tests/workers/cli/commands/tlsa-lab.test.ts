import { sharedLab } from '#tests/support/shared-lab.ts';
import type { ExitStatus } from '#workers/cli/command.ts';
import { tlsaCommand } from '#workers/cli/commands/tlsa.ts';

/* Real Dovecot and Postfix, real signed zones. */

async function run(args: readonly string[]): Promise<{ readonly status: ExitStatus; readonly out: string }> {
  const { environment } = await sharedLab();
  const out: string[] = [];
  const status = await tlsaCommand.run({
    ...{ args, env: environment, signal: new AbortController().signal },
    out: (text) => out.push(text),
    err: () => undefined,
  });
  return { status, out: out.join('\n') };
}

describe('latchwatch tlsa in the lab', () => {
  it.each([
    ['Dovecot', 'mail.ok.test:993', 'imap'],
    ['Dovecot with STLS', 'mail.ok.test:110', 'pop3'],
    ['Postfix', 'mail.ok.test:25', 'smtp'],
  ])('finds the record of %s in use and secure', async (_server, at, service) => {
    const { status, out } = await run([at, '--service', service]);
    expect(out).toMatch(/^DNSSEC secure$/m);
    expect(out).toMatch(/^ {2}in use\n {2}\S+ \S+: matches the server certificate, SHA-256/m);
    expect(status).toBe(0);
  });

  it('calls a record of another key critical where DNSSEC secures it', async () => {
    const { status, out } = await run(['mail.tlsa-mismatch.test:993', '--service', 'imap']);
    expect(out).toMatch(/^CRIT No TLSA record matches/m);
    expect(status).toBe(1);
  });

  it('says why records without DNSSEC do not count', async () => {
    const { status, out } = await run(['mail.tlsa-unsigned.test:993', '--service', 'imap']);
    expect(out).toMatch(/^DNSSEC insecure: tlsa-unsigned\.test: .*no DS record/m);
    expect(out).toMatch(/^FAIL TLSA records of .* are not signed/m);
    expect(status).toBe(1);
  });

  it('gives the record to publish where it is proven that there is none', async () => {
    const { status, out } = await run(['mail.wrong-name.test:993', '--service', 'imap']);
    expect(out).toMatch(/^ {2}_993\._tcp\.mail\.wrong-name\.test\. IN TLSA 3 1 1 [0-9a-f]{64}$/m);
    expect(out).toMatch(/^INFO .* has no TLSA record, although its zone is signed/m);
    expect(status).toBe(0);
  });
});
