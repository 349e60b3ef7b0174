import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { createSource, revokeSource } from '#prisma/commands/report-sources.ts';
import { createTestDatabase, type TestDatabase } from '#tests/support/database.ts';
import { main } from '#workers/cli/main.ts';

describe('latchwatch import-reports', () => {
  let test: TestDatabase;
  let folder: string;
  let id: string;
  beforeAll(async () => {
    test = await createTestDatabase();
    folder = mkdtempSync(join(tmpdir(), 'latchwatch-reports-'));
    id = await newSource([]);
  });
  afterAll(async () => {
    rmSync(folder, { recursive: true, force: true });
    await test.close();
  });

  async function newSource(hosts: readonly string[]): Promise<string> {
    const made = await createSource(test.database, {
      ...{ name: 'file', addresses: [], hosts, actor: 'test', now: new Date() },
    });
    if (!made.ok) throw new Error(made.error);
    return made.value.id;
  }

  async function latchwatch(...args: readonly string[]) {
    const out: string[] = [];
    const err: string[] = [];
    const status = await main({
      args: ['import-reports', ...args],
      env: { DATABASE_URL: test.url, LATCHWATCH_PSEUDONYM_KEYS: Buffer.alloc(32, 7).toString('base64url') },
      out: (text) => out.push(text),
      err: (text) => err.push(text),
      signal: new AbortController().signal,
    });
    return { status, out: out.join('\n'), err: err.join('\n') };
  }

  function file(name: string, content: string | Buffer): string {
    const path = join(folder, name);
    writeFileSync(path, content);
    return path;
  }

  const logins = async (): Promise<number> => {
    const { _sum } = await test.database.loginCount.aggregate({ _sum: { logins: true } });
    return Number(_sum.logins ?? 0);
  };
  const time = (): string => new Date(Date.now() - 60_000).toISOString();
  const item = (user: string, more: Readonly<Record<string, unknown>> = {}): string =>
    JSON.stringify({
      ...{ observed_at: time(), protocol: 'imap', server_host: 'imap.example.org', user, name: 'Demo' },
      ...more,
    });
  const login = (user: string): string =>
    `${time()} mail dovecot: pop3-login: Login: user=<${user}>, method=PLAIN, rip=203.0.113.9, lip=192.0.2.1, mpid=1, TLS, session=<${user}>`;

  it('takes lines, tells those that it refuses, and changes nothing the second time', async () => {
    const before = await logins();
    const path = file('a.ndjson', `${item('anna')}\n\n${item('ben', { latch: ['9tls'] })}\nnonsense\n${item('cora')}`);
    expect(await latchwatch(path, '--source', id)).toEqual({
      status: 1,
      out: [
        'line 3: /latch/0: The tag must begin with a letter and have only letters, digits, "-" and "_" after it.',
        'line 4: Is not JSON.',
      ].join('\n'),
      err: '2 reports taken, 0 known already, 2 refused.',
    });
    expect(await logins()).toBe(before + 2);
    expect((await latchwatch(path, '--source', id)).err).toBe('0 reports taken, 2 known already, 2 refused.');
    expect(await logins()).toBe(before + 2);
  });

  it('takes an array, also packed, and a single object', async () => {
    const array = `[${item('dora')},\n ${item('emil')}]`;
    expect(await latchwatch(file('b.json.gz', gzipSync(array)), '--source', id)).toEqual({
      ...{ status: 0, out: '', err: '2 reports taken, 0 known already, 0 refused.' },
    });
    const one = JSON.stringify(JSON.parse(item('fritz')), null, 2);
    expect(await latchwatch(file('one.json', one), '--source', id)).toMatchObject({ status: 0 });
  });

  it('takes a long log in several batches', async () => {
    const before = await logins();
    const lines = Array.from({ length: 12_345 }, (_, index) => login(`user${String(index)}`));
    const path = file('mail.log.1.gz', gzipSync(`${lines.join('\n')}\n`));
    expect((await latchwatch(path, '--source', id)).err).toBe('12345 reports taken, 0 known already, 0 refused.');
    expect((await latchwatch(path, '--source', id)).err).toBe('0 reports taken, 12345 known already, 0 refused.');
    expect(await logins()).toBe(before + 12_345);
  });

  it('refuses other hosts than those of the source', async () => {
    const own = await newSource(['smtp.example.org']);
    expect(await latchwatch(file('c.ndjson', item('gerd')), '--source', own)).toMatchObject({
      status: 1,
      out: 'line 1: This source does not report of that host.',
    });
  });

  it('takes a line without end in bounded pieces', async () => {
    const path = file('long.log', 'x'.repeat(300_000));
    expect(await latchwatch(path, '--source', id)).toMatchObject({
      status: 0,
      err: '0 reports taken, 0 known already, 0 refused.',
    });
  });

  it.each([
    [[], 'Name the one file.'],
    [['x'], 'Say with --source which source the reports count as.'],
    [['x', '--source', 'none'], 'There is no source none; latchwatch source list shows them.'],
  ])('%j is wrong usage', async (args, sentence) => {
    const { status, err } = await latchwatch(...args);
    expect(status).toBe(2);
    expect(err).toContain(sentence);
  });

  it('says when the file cannot be read or the source is revoked', async () => {
    expect((await latchwatch('/nowhere/x', '--source', id)).err).toContain('/nowhere/x was not taken to its end');
    const broken = file('d.gz', gzipSync(item('hans')).subarray(0, 30));
    expect(await latchwatch(broken, '--source', id)).toMatchObject({ status: 2 });
    const revoked = await newSource([]);
    await revokeSource(test.database, { id: revoked, actor: 'test', now: new Date() });
    expect((await latchwatch(broken, '--source', revoked)).err).toContain(`The source ${revoked} was revoked.`);
  });
});
