import { createHash } from 'node:crypto';
import { createPerson } from '#prisma/commands/users.ts';
import { findSetupLink } from '#prisma/commands/setup-links.ts';
import { memberOf } from '#tests/support/member-of.ts';
import { createTestDatabase, type TestDatabase } from '#tests/support/database.ts';
import { main } from '#workers/cli/main.ts';

let store: TestDatabase;
beforeAll(async () => {
  store = await createTestDatabase();
  const person = {
    name: 'Anna \u202e',
    email: 'anna@example.org',
    role: 'administrator',
    passwordHash: 'a:b',
  } as const;
  await createPerson(store.database, { ...person, now: new Date() });
});
afterAll(() => store.close());

async function latchwatch(...args: readonly string[]) {
  const out: string[] = [];
  const err: string[] = [];
  const status = await main({
    args,
    env: { DATABASE_URL: store.url, LATCHWATCH_PUBLIC_URL: 'https://watch.example.org' },
    out: (text) => out.push(text),
    err: (text) => err.push(text),
    signal: new AbortController().signal,
  });
  return { status, out: out.join('\n'), err: err.join('\n') };
}

const find = (link: string) => findSetupLink(store.database, link.split('/').at(-1) ?? '', new Date());

test('invites, and shows people and invitations without their links', async () => {
  const { status, out } = await latchwatch(
    'person',
    'invite',
    'Otto@example.org',
    '--role',
    'operator',
    '--hours',
    '48',
  );
  expect(status).toBe(0);
  expect(out).toMatch(/^https:\/\/watch\.example\.org\/setup\/[\w-]{43}$/);
  expect(await find(out)).toEqual({ kind: 'invitation', email: 'otto@example.org', role: 'operator' });
  const listed = await latchwatch('person', 'list');
  expect(listed.out).toMatch(
    /^anna@example\.org {2}administrator {2}seen never {2}Anna .*\notto@example\.org {2}operator {2}invited until \d{4}-\d\d-\d\d$/,
  );
  expect(listed.out).not.toContain('\u202e');
  expect(listed.out).not.toContain(out.slice(-20));
});

test('a lost password is no dead end', async () => {
  const { out } = await latchwatch('person', 'reset-link', 'ANNA@example.org');
  expect(await find(out)).toEqual({ kind: 'reset', email: 'anna@example.org' });
});

test('the last administrator stays one', async () => {
  for (const args of [
    ['disable', 'anna@example.org'],
    ['role', 'anna@example.org', 'viewer'],
  ]) {
    const { status, err } = await latchwatch('person', ...args);
    expect([status, err]).toEqual([2, expect.stringContaining('the last administrator')]);
  }
});

test('changes roles, disables and enables', async () => {
  await createPerson(store.database, {
    ...{ name: 'B', email: 'b@example.org', role: 'viewer', passwordHash: null, now: new Date() },
  });
  expect(await latchwatch('person', 'role', 'b@example.org', 'approver')).toMatchObject({ status: 0, out: '' });
  expect((await latchwatch('person', 'disable', 'b@example.org')).status).toBe(0);
  expect((await latchwatch('person', 'list')).out).toMatch(/b@example\.org {2}approver {2}disabled /);
  expect((await latchwatch('person', 'reset-link', 'b@example.org')).err).toContain('enable them first');
  expect((await latchwatch('person', 'enable', 'b@example.org')).status).toBe(0);
});

test.each([
  [['person'], 'Say what to do'],
  [['person', 'promote'], 'There is no "person promote"'],
  [['person', 'disable'], 'Give EMAIL'],
  [['person', 'disable', 'x'], 'e-mail address'],
  [['person', 'disable', 'x@example.org'], 'nobody with the address x@example.org'],
  [['person', 'role', 'anna@example.org', 'king'], 'Say which role'],
  [['person', 'invite', 'c@example.org', '--role', 'viewer', '--hours', '500'], '--hours must be from 24 to 168'],
  [['person', 'invite', 'anna@example.org', '--role', 'viewer'], 'belongs to somebody already'],
  [['audit', 'verify', '--holds', 'x'], '64 hex digits'],
])('%p is refused in words', async (args, words) => {
  const { status, out, err } = await latchwatch(...args);
  expect([status, out, err]).toEqual([2, '', expect.stringContaining(words)]);
});

test('the record of all that is a chain: whole, then broken where somebody changed it', async () => {
  const { out } = await latchwatch('audit', 'verify');
  const head = /^The chain is whole: \d+ entries, head ([0-9a-f]{64})$/.exec(out)?.[1] ?? '';
  expect((await latchwatch('audit', 'verify', '--holds', head)).status).toBe(0);
  const lines = (await latchwatch('audit', 'export')).out.split('\n').map((line): unknown => JSON.parse(line));
  expect(lines[0]).toMatchObject({
    id: 1,
    actor: 'command line',
    action: 'person.invited',
    subject: 'otto@example.org',
  });
  expect(lines.at(-1)).toMatchObject({ hash: head });
  for (const line of lines) {
    const hashed = String(memberOf(line, 'hashed'));
    expect(createHash('sha256').update(hashed).digest('hex')).toBe(memberOf(line, 'hash'));
  }
  await store.database.$executeRaw`ALTER TABLE audit_entry DISABLE TRIGGER ALL`;
  await store.database.$executeRaw`UPDATE audit_entry SET subject = 'eve@example.org' WHERE id = 2`;
  expect(await latchwatch('audit', 'verify')).toMatchObject({
    status: 1,
    out: 'The chain breaks after 1 entries. Entry 2 was changed after it was written.',
  });
});
