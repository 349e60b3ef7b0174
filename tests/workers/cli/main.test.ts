import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { openDatabase } from '#prisma/client.ts';
import { verifyToken } from '#prisma/commands/tokens.ts';
import { createTestDatabase, type TestDatabase } from '#tests/support/database.ts';
import { cleanEnvironment } from '#tests/support/product.ts';

const program = join(import.meta.dirname, '../../../workers/cli/latchwatch.mjs');

interface Outcome {
  readonly status: number | null;
  readonly out: string;
  readonly err: string;
}

/** Runs the program as a user does. */
function latchwatch(args: readonly string[], settings: Readonly<Record<string, string>> = {}): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [program, ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...cleanEnvironment(settings), NODE_OPTIONS: '' },
    });
    let out = '';
    let err = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text));
    child.once('error', reject);
    child.once('close', (status) => resolve({ status, out, err }));
  });
}

describe('latchwatch', () => {
  it.each([['--help'], ['help'], ['-h']])('lists its commands on %s', async (arg) => {
    const { status, out, err } = await latchwatch([arg]);
    expect({ status, err }).toEqual({ status: 0, err: '' });
    for (const name of ['start', 'web', 'worker', 'migrate', 'build', 'token', 'discover', 'probe']) {
      expect(out).toMatch(new RegExp(`^  ${name} +\\S`, 'm'));
    }
  });

  it.each(['start', 'web', 'worker', 'migrate', 'build', 'token', 'discover', 'probe'])('explains %s', async (name) => {
    const { status, out } = await latchwatch([name, '--help']);
    expect(status).toBe(0);
    expect(out).toMatch(new RegExp(`^Usage: latchwatch ${name}`));
  });

  it('tells its version', async () => {
    const { status, out } = await latchwatch(['--version']);
    expect(status).toBe(0);
    expect(out).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  it.each([
    [['tokn'], 'There is no command "tokn". Did you mean token?'],
    [['__proto__'], 'There is no command "__proto__". latchwatch --help lists the commands.'],
    [['start', '--fast'], "Unknown option '--fast'."],
    [['token'], 'Say what to do: create, list or revoke.'],
    [['token', 'make'], 'There is no "token make"; there are create, list and revoke.'],
    [['token', 'create'], 'Say with --scope what the token may do.'],
    [['token', 'create', '--scope', 'everything'], 'There is no scope "everything"; there are incidents:read,'],
    [['token', 'create', '--scope', 'status:read', '--expires', '2y'], '--expires 2y is not a time'],
    [['token', 'create', '--scope', 'status:read', '--name', ''], '--name must have 1 to 100 characters'],
  ])('answers %j with a sentence and status 2', async (args, sentence) => {
    const { status, out, err } = await latchwatch(args);
    expect({ status, out }).toEqual({ status: 2, out: '' });
    expect(err).toContain(`latchwatch: ${sentence}`);
    expect(err).not.toContain('    at ');
  });

  it('says what it needs when the database does not answer', async () => {
    const { status, err } = await latchwatch(['token', 'list'], { DATABASE_URL: 'postgresql://a:b@127.0.0.1:1/x' });
    expect(status).toBe(2);
    expect(err).toMatch(/^latchwatch: The database cannot be reached: .*ECONNREFUSED.*\n$/);
  });

  it.each(['/proc/none/data', '/etc/passwd', '/etc/passwd/data'])(
    'says that no data folder can be %s',
    async (path) => {
      const { status, err } = await latchwatch(['token', 'list'], { LATCHWATCH_DATA: path });
      expect(status).toBe(2);
      expect(err).toMatch(new RegExp(`^latchwatch: The data folder ${path} cannot be made: .*\n$`));
    },
  );

  it('does not mind that its reader leaves', async () => {
    const child = spawn('sh', ['-c', `"$0" "$1" --help | head -c 1`, process.execPath, program], {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { ...process.env, NODE_OPTIONS: '' },
    });
    let err = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text));
    await new Promise((resolve) => child.once('close', resolve));
    expect(err).toBe('');
  });
});

describe('latchwatch token', () => {
  let test: TestDatabase;
  beforeAll(async () => {
    test = await createTestDatabase();
  });
  afterAll(() => test.close());

  it('prints a token that works, lists it without its text, and revokes it', async () => {
    const settings = { DATABASE_URL: test.url };
    const args = ['--scope', 'incidents:read', '--scope', 'status:read', '--name', 'Grafana', '--expires', '90d'];
    const created = await latchwatch(['token', 'create', ...args], settings);
    expect(created).toMatchObject({ status: 0, err: '' });
    expect(created.out).toMatch(/^lw_[\w-]{43}\n$/);
    const token = created.out.trim();
    const db = openDatabase(test.url, 1);
    const verified = await verifyToken({ db, token, now: new Date() });
    expect(verified).toMatchObject({ name: 'Grafana', scopes: ['incidents:read', 'status:read'] });
    const listed = await latchwatch(['token', 'list'], settings);
    expect(listed.out).toContain(verified?.id);
    expect(listed.out).toContain('valid');
    expect(listed.out).not.toContain(token);
    const revoked = await latchwatch(['token', 'revoke', verified?.id ?? ''], settings);
    expect(revoked).toMatchObject({ status: 0, out: '' });
    expect(await verifyToken({ db, token, now: new Date() })).toBeNull();
    await db.$disconnect();
    expect(await latchwatch(['token', 'revoke', 'none'], settings)).toMatchObject({ status: 2 });
  });
});
