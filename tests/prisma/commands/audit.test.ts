import { cpSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { auditHash, describeBreak } from '#lib/audit/chain.ts';
import { openDatabase } from '#prisma/client.ts';
import { readAuditChain, verifyAuditChain, writeAudit } from '#prisma/commands/audit.ts';
import { migrate } from '#prisma/migrate.ts';
import { createEmptyDatabase, createTestDatabase, type TestDatabase } from '#tests/support/database.ts';

const now = new Date('2026-11-03T10:20:30.040Z');
const deed = (subject: string) => ({ actor: 'a "quoted"\nname\u0001\u007fü😀', action: 'thing.done', subject, now });

let store: TestDatabase;
beforeEach(async () => {
  store = await createTestDatabase();
});
afterEach(() => store.close());

async function write(count: number): Promise<void> {
  for (let index = 0; index < count; index += 1) {
    const detail = { long: 'x'.repeat(300), count: index, yes: true, none: null, 'sch\\lüssel': '\u2028' };
    await writeAudit(store.database, { ...deed(String(index)), detail });
  }
}

/** As somebody who owns the database does it. */
async function tamper(sql: string): Promise<void> {
  await store.database.$executeRawUnsafe('ALTER TABLE audit_entry DISABLE TRIGGER ALL');
  await store.database.$executeRawUnsafe(sql);
  await store.database.$executeRawUnsafe('ALTER TABLE audit_entry ENABLE TRIGGER ALL');
}

async function verdict(expected: string | null = null): Promise<string> {
  const report = await verifyAuditChain(store.database, expected);
  if (!report.whole) return describeBreak(report.broken);
  return `whole: ${report.end.count}${report.holdsExpected ? '' : ', without the expected'}`;
}

test('the database and we hash the same text, and the chain of nothing is whole', async () => {
  expect(await verdict()).toBe('whole: 0');
  await write(3);
  for await (const batch of readAuditChain(store.database)) {
    expect(batch.map(({ hash }) => hash)).toEqual(batch.map((entry) => auditHash(entry)));
    expect(batch.map(({ id }) => id)).toEqual([1n, 2n, 3n]);
  }
  expect(await verdict()).toBe('whole: 3');
});

test('entries of many who write at the same time, and of one statement, are one chain', async () => {
  const { database } = store;
  await Promise.all(
    Array.from({ length: 20 }, (_, index) =>
      database.$transaction((tx) => writeAudit(tx, { ...deed(String(index)), detail: {} })),
    ),
  );
  await database.auditEntry.createMany({
    data: [1, 2, 3].map((index) => ({ at: now, actor: 'a', action: 'b', subject: String(index), detail: {} })),
  });
  expect(await verdict()).toBe('whole: 23');
});

test('a deed that is undone leaves no entry and no gap', async () => {
  const { database } = store;
  await write(1);
  const undone = database.$transaction(async (tx) => {
    await writeAudit(tx, { ...deed('undone'), detail: {} });
    throw new Error('undone');
  });
  await expect(undone).rejects.toThrow('undone');
  await write(1);
  expect(await verdict()).toBe('whole: 2');
});

test('whoever writes cannot choose the number or the hash', async () => {
  await store.database.auditEntry.create({
    data: {
      ...{ id: 900n, hash: 'mine', previousHash: 'mine' },
      ...{ at: now, actor: 'a', action: 'b', subject: '' },
      detail: {},
    },
  });
  expect(await verdict()).toBe('whole: 1');
});

test.each([
  "UPDATE audit_entry SET actor = 'b'",
  'DELETE FROM audit_entry',
  'TRUNCATE audit_entry',
  "SET LOCAL session_replication_role = replica; UPDATE audit_entry SET actor = 'b'",
])('%s is refused', async (sql) => {
  await write(1);
  const tried = store.database.$transaction(async (tx) => {
    for (const statement of sql.split('; ')) await tx.$executeRawUnsafe(statement);
  });
  await expect(tried).rejects.toThrow('The audit record only grows');
  expect(await verdict()).toBe('whole: 1');
});

test.each([
  ["UPDATE audit_entry SET actor = 'b' WHERE id = 2", 'Entry 2 was changed after it was written.'],
  [
    'UPDATE audit_entry SET detail = detail || \'{"count": 7}\' WHERE id = 4',
    'Entry 4 was changed after it was written.',
  ],
  ["UPDATE audit_entry SET at = at + interval '1 ms' WHERE id = 1", 'Entry 1 was changed after it was written.'],
  ['DELETE FROM audit_entry WHERE id = 3', 'Entries were taken out or put in between 2 and 4.'],
  ['DELETE FROM audit_entry WHERE id = 1', 'Entries were taken out or put in before entry 2.'],
  [
    "UPDATE audit_entry e SET actor = 'b', hash = audit_entry_hash(ROW(e.id, e.at, 'b', e.action, e.subject, e.detail, e.previous_hash, e.hash)) WHERE id = 2",
    'Entries were taken out or put in between 2 and 3.',
  ],
])('an owner of the database who does %s is found out', async (sql, words) => {
  await write(4);
  await tamper(sql);
  expect(await verdict()).toBe(words);
});

test('a cut end is found out by the head that somebody wrote down', async () => {
  await write(3);
  const report = await verifyAuditChain(store.database);
  expect(await verdict(report.end.head)).toBe('whole: 3');
  await tamper('DELETE FROM audit_entry WHERE id = 3');
  expect(await verdict()).toBe('whole: 2');
  expect(await verdict(report.end.head)).toBe('whole: 2, without the expected');
});

test('entries from before the chain are chained by the migration', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'latchwatch-migrations-'));
  const { url, drop } = await createEmptyDatabase();
  try {
    const all = readdirSync('prisma/migrations').filter((name) => /^\d/.test(name));
    for (const name of all.filter((name) => name < '20261128')) {
      cpSync(join('prisma/migrations', name), join(folder, name), { recursive: true });
    }
    await migrate(url, folder);
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    await client.query(
      `INSERT INTO audit_entry (at, actor, action, subject, detail)
       SELECT now(), 'a', 'b', n::text, '{"n": 1}' FROM generate_series(1, 3) n`,
    );
    await client.query('DELETE FROM audit_entry WHERE id = 2');
    await client.end();
    await migrate(url);
    const database = openDatabase(url);
    await writeAudit(database, { ...deed('later'), detail: {} });
    const report = await verifyAuditChain(database);
    await database.$disconnect();
    expect(report).toMatchObject({ whole: true, end: { count: 3, lastId: 4n } });
  } finally {
    await drop();
    rmSync(folder, { recursive: true });
  }
});
