import { backupDoneCommand } from '#workers/cli/commands/backup-done.ts';
import { readToldBackups } from '#prisma/commands/backups.ts';
import { createTestDatabase, type TestDatabase } from '#tests/support/database.ts';

let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase();
});
afterAll(() => test.close());

async function run(...args: readonly string[]): Promise<{ readonly status: number; readonly out: string }> {
  const lines: string[] = [];
  const say = (line: string) => void lines.push(line);
  const status = await backupDoneCommand.run({
    args,
    env: { DATABASE_URL: test.url },
    out: say,
    err: say,
    signal: new AbortController().signal,
  });
  return { status, out: lines.join('\n') };
}

it('notes when each backup was done last', async () => {
  expect(await run()).toEqual({ status: 0, out: 'Noted: the backup "database" is done.' });
  expect(await run('--name', 'wal-g', '--note', 's3://somewhere')).toMatchObject({ status: 0 });
  const [first] = await readToldBackups(test.database);
  expect(first).toMatchObject({ name: 'wal-g', note: 's3://somewhere' });
  await run('--name', 'wal-g');
  const told = await readToldBackups(test.database);
  expect(told.map(({ name, note }) => [name, note]).toSorted()).toEqual([
    ['database', ''],
    ['wal-g', ''],
  ]);
});

it.each([[['--name', 'Two Words']], [['--name', 'x'.repeat(51)]], [['--note', 'x'.repeat(201)]]])(
  'refuses %j',
  async (args) => {
    await expect(run(...args)).rejects.toThrow(/at most/);
  },
);
