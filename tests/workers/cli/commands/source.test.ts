import { openDatabase } from '#prisma/client.ts';
import { findSource } from '#prisma/commands/report-sources.ts';
import { createTestDatabase, type TestDatabase } from '#tests/support/database.ts';
import { main } from '#workers/cli/main.ts';

describe('latchwatch source', () => {
  let test: TestDatabase;
  beforeAll(async () => {
    test = await createTestDatabase();
  });
  afterAll(() => test.close());

  async function latchwatch(...args: readonly string[]) {
    const out: string[] = [];
    const err: string[] = [];
    const status = await main({
      args: ['source', ...args],
      env: { DATABASE_URL: test.url },
      out: (text) => out.push(text),
      err: (text) => err.push(text),
      signal: new AbortController().signal,
    });
    return { status, out: out.join('\n'), err: err.join('\n') };
  }

  async function opens(token: string): Promise<boolean> {
    const db = openDatabase(test.url, 1);
    try {
      return (await findSource({ db, token, now: new Date() })) !== null;
    } finally {
      await db.$disconnect();
    }
  }

  it('prints a token that works, lists the source without it, exchanges it, and takes all back', async () => {
    const where = ['--address', '192.0.2.0/24', '--host', 'imap.example.org', '--per-second', '500'];
    const created = await latchwatch('create', '--name', 'mx \u202e1', ...where);
    expect(created).toMatchObject({ status: 0, err: '' });
    expect(created.out).toMatch(/^lws_[\w-]{43}$/);
    expect(await opens(created.out)).toBe(true);
    const listed = await latchwatch('list');
    expect(listed.out).toMatch(/^\S{36} {2}valid {2}seen never {2}from 192\.0\.2\.0\/24 {2}mx .+$/);
    expect(listed.out).not.toContain('\u202e');
    expect(listed.out).not.toContain(created.out.slice(4));
    const id = listed.out.slice(0, 36);
    const rotated = await latchwatch('rotate', id);
    expect(rotated.status).toBe(0);
    expect(await opens(rotated.out)).toBe(true);
    expect(await opens(created.out)).toBe(true);
    expect(await latchwatch('withdraw', id, '--reason', 'broken into')).toMatchObject({ status: 0, out: '' });
    expect(await opens(rotated.out)).toBe(false);
    expect((await latchwatch('list')).out).toContain('  withdrawn  ');
  });

  it('revokes', async () => {
    const { out: token } = await latchwatch('create', '--name', 'short');
    const line = (await latchwatch('list')).out.split('\n').find((text) => text.endsWith('  short')) ?? '';
    expect(await latchwatch('revoke', line.slice(0, 36))).toMatchObject({ status: 0, out: '' });
    expect(await opens(token)).toBe(false);
  });

  it.each([
    [[], 'Say what to do: create, list, rotate, revoke or withdraw.'],
    [['make'], 'There is no "source make"; there are create, list, rotate, revoke and withdraw.'],
    [['create'], 'Say with --name what sends.'],
    [['create', '--name', 'x', '--address', '192.0.2.1/24'], '"192.0.2.1/24" has bits set behind its prefix'],
    [['create', '--name', 'x', '--per-second', 'many'], 'Reports a second must be a whole number'],
    [['revoke'], 'Name the one source by its ID.'],
    [['revoke', 'none'], 'There is no source none; latchwatch source list shows them.'],
    [['rotate', 'none'], 'There is no such source, or it was revoked.'],
    [['withdraw', 'none'], 'Say why all that this source reported is taken back.'],
    [['withdraw', 'none', '--reason', 'x'], 'There is no such source.'],
  ])('answers %j with a sentence and status 2', async (args, sentence) => {
    const { status, out, err } = await latchwatch(...args);
    expect({ status, out }).toEqual({ status: 2, out: '' });
    expect(err).toContain(`latchwatch: ${sentence}`);
  });
});
