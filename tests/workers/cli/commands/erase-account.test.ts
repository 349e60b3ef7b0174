import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { pseudonymOf, showPseudonymKeys } from '#lib/census/pseudonym.ts';
import { seedHolders } from '#tests/support/census.ts';
import { createTestDatabase, type TestDatabase } from '#tests/support/database.ts';

const program = join(import.meta.dirname, '../../../../workers/cli/latchwatch.mjs');
const current = Buffer.alloc(32, 7);
const previous = Buffer.alloc(32, 8);
let store: TestDatabase;
let folder: string;

beforeAll(async () => {
  store = await createTestDatabase();
  folder = await mkdtemp(join(tmpdir(), 'latchwatch-erase-'));
});
afterAll(async () => {
  await store.close();
  await rm(folder, { recursive: true });
});

async function run(input: string, env: Readonly<Record<string, string>>) {
  const child = spawn(process.execPath, [program, 'erase-account'], {
    env: { ...env, NODE_ENV: 'test', DATABASE_URL: store.url, LATCHWATCH_DATA: folder },
  });
  child.stdin.end(input);
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  return { out, err, status: child.exitCode };
}

const keys = { LATCHWATCH_PSEUDONYM_KEYS: showPseudonymKeys({ current, previous }) };

it('erases the account that stands in standard input, under both keys', async () => {
  const { database } = store;
  await seedHolders(database, [{ account: 'x', lastDay: new Date() }]);
  await database.latchHolder.updateMany({ data: { account: pseudonymOf(previous, 'anna@example.org') } });
  const { out, err, status } = await run(' Anna@Example.org\n', keys);
  expect({ out, err, status }).toEqual({ out: 'Erased 1 clients.\n', err: '', status: 0 });
  expect(await database.latchHolder.count()).toBe(0);
  expect(await database.erasedAccount.count()).toBe(2);
  expect(await database.auditEntry.findMany()).toMatchObject([{ actor: 'command line', action: 'account.erased' }]);
});

it('wants one account in one line, and does not repeat it', async () => {
  const empty = await run('\n', keys);
  expect(empty).toMatchObject({ status: 2, out: '' });
  const two = await run('anna@example.org\nbert@example.org\n', keys);
  expect(two.status).toBe(2);
  expect(two.err).not.toContain('anna');
});

it('makes no new key: with that nobody would be found', async () => {
  const { status, err } = await run('anna@example.org', {});
  expect(status).toBe(2);
  expect(err).toContain('LATCHWATCH_PSEUDONYM_KEYS');
  expect(err).not.toContain('anna');
});
