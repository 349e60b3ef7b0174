import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { createTestDatabase, type TestDatabase } from '#tests/support/database.ts';
import { main } from '#workers/cli/main.ts';

let test: TestDatabase;
let folder: string;

beforeAll(async () => {
  test = await createTestDatabase();
  folder = await mkdtemp(join(tmpdir(), 'latchwatch-import-'));
});
afterAll(async () => {
  await test.close();
  await rm(folder, { recursive: true });
});
beforeEach(async () => {
  await test.database.domain.deleteMany();
  await test.database.endpoint.deleteMany();
  await test.database.task.deleteMany();
});

async function run(...args: readonly string[]) {
  const out: string[] = [];
  const err: string[] = [];
  const status = await main({
    args: ['import', ...args],
    env: { DATABASE_URL: test.url },
    out: (text) => out.push(text),
    err: (text) => err.push(text),
    signal: new AbortController().signal,
  });
  return { status, out: out.join('\n'), err: err.join('\n') };
}

async function fileWith(text: string | Uint8Array): Promise<string> {
  const path = join(folder, 'inventory.yaml');
  await writeFile(path, text);
  return path;
}

const inventoryOf = (...endpoints: readonly string[]): Promise<string> =>
  fileWith(['domains:', '  - name: example.org', '    endpoints:', ...endpoints, ''].join('\n'));

const imap = (host: string, more = '') => `      - { service: imap, tls: implicit, host: ${host}.example.org${more} }`;

/** Everything that an import may write. */
async function everything(): Promise<unknown> {
  const { domain, endpoint, domainEndpoint, declaration, task, discovery } = test.database;
  return [
    await domain.findMany(),
    await endpoint.findMany({ orderBy: { id: 'asc' } }),
    await domainEndpoint.findMany({ orderBy: { endpointId: 'asc' } }),
    await declaration.findMany({ orderBy: { endpointId: 'asc' } }),
    await task.findMany({ orderBy: { id: 'asc' } }),
    await discovery.count(),
  ];
}

const endpoints = async () =>
  (
    await test.database.domainEndpoint.findMany({
      include: { endpoint: { include: { declaration: true } } },
      orderBy: { endpoint: { host: 'asc' } },
    })
  ).map(({ origin, declared, removedAt, endpoint: { host, declaration } }) => ({
    host: host.split('.')[0],
    origin,
    declared,
    living: removedAt === null,
    expectsDeep: declaration?.expectsDeep ?? null,
  }));

describe('latchwatch import', () => {
  it('takes the example of its documentation, and has nothing to do the second time', async () => {
    const page = await readFile(join(import.meta.dirname, '../../../../docs/inventory.md'), 'utf8');
    const example = /```yaml\n(.*?)```/s.exec(page)?.[1];
    if (example === undefined) throw new Error('docs/inventory.md has no example');
    const path = await fileWith(example);
    const first = await run(path);
    expect(first).toMatchObject({ status: 0, err: '' });
    expect(first.out).toContain(
      '  + imap+implicit://mail.example.org:993  expects_deep: yes, front_of: imap+starttls://backend.example.org:1143',
    );
    expect(first.out).toMatch(/Endpoints: 5 added, 0 changed, 0 that the inventory lacks\.\nImported\.$/);
    const { domain, domainEndpoint, declaration, task } = test.database;
    expect(await domain.findMany({ orderBy: { name: 'asc' } })).toMatchObject([
      { name: 'example.net', inventoryBy: 'command line' },
      { name: 'example.org', inventoryBy: 'command line' },
    ]);
    expect(await domainEndpoint.count({ where: { declared: true, origin: 'manual' } })).toBe(5);
    expect(await declaration.findFirst({ where: { expectsDeep: true }, include: { frontOf: true } })).toMatchObject({
      frontOf: { host: 'backend.example.org', port: 1143 },
      updatedBy: 'command line',
    });
    expect(await task.count({ where: { kind: 'probe', vantage: 'inside' } })).toBe(1);
    expect(await task.count({ where: { kind: 'discover' } })).toBe(2);

    const before = await task.findMany({ orderBy: { id: 'asc' } });
    const again = await run(path);
    expect(again).toEqual({
      status: 0,
      out: 'Endpoints: 0 added, 0 changed, 0 that the inventory lacks.\nNothing to do.',
      err: '',
    });
    expect(await task.findMany({ orderBy: { id: 'asc' } })).toEqual(before);
  });

  it('shows with --dry-run what would change, and writes nothing', async () => {
    await run(await inventoryOf(imap('kept', ', expects_deep: true'), imap('dropped')));
    await test.database.domainEndpoint.updateMany({ data: { lastSeen: new Date(0) } });
    const before = await everything();
    const path = await inventoryOf(
      imap('kept', ', expects_deep: false, vantage: inside'),
      imap('new', ', sni: a.example.org'),
    );
    const { status, out } = await run(path, '--dry-run');
    expect({ status, out: out.split('\n') }).toEqual({
      status: 1,
      out: [
        'example.org',
        '  + imap+implicit://new.example.org:993  sni: a.example.org',
        '  ~ imap+implicit://kept.example.org:993',
        '      expects_deep: yes -> no',
        '      vantage: undeclared -> inside',
        '  ? imap+implicit://dropped.example.org:993  no longer in the inventory; stays watched',
        'Endpoints: 1 added, 1 changed, 1 that the inventory lacks.',
        'Nothing was written: this was a dry run.',
      ],
    });
    expect(await everything()).toEqual(before);

    expect((await run(path)).status).toBe(0);
    expect(await endpoints()).toEqual([
      { host: 'dropped', origin: 'manual', declared: false, living: true, expectsDeep: null },
      { host: 'kept', origin: 'manual', declared: true, living: true, expectsDeep: false },
      { host: 'new', origin: 'manual', declared: true, living: true, expectsDeep: null },
    ]);
    // What was dropped before is no news any more.
    expect(await run(path, '--dry-run')).toMatchObject({ status: 0 });
  });

  it('says it all as JSON', async () => {
    await run(await inventoryOf(imap('kept')));
    const { out } = await run(await inventoryOf(imap('new', ', expects_deep: true')), '--json', '--dry-run');
    expect(z.unknown().parse(JSON.parse(out))).toEqual({
      schema_version: 1,
      dry_run: true,
      changes: true,
      domains: [
        {
          domain: 'example.org',
          new: false,
          added: [{ endpoint: 'imap+implicit://new.example.org:993', declared: { expects_deep: true } }],
          changed: [],
          lacking: [{ endpoint: 'imap+implicit://kept.example.org:993', dropped: true }],
        },
      ],
    });
  });

  it('takes in what was found before, brings back what a person removed, and undeclares what it leaves out', async () => {
    await run(await inventoryOf(imap('guessed', ', expects_deep: true'), imap('removed')));
    const { database } = test;
    const of = (host: string) => ({ endpoint: { host: `${host}.example.org` } });
    await database.domainEndpoint.updateMany({ where: of('guessed'), data: { origin: 'guess', declared: false } });
    await database.domainEndpoint.updateMany({
      where: of('removed'),
      data: { removedAt: new Date(), dismissed: true, declared: false },
    });
    const { out } = await run(await inventoryOf(imap('guessed'), imap('removed')));
    expect(out.split('\n').slice(0, 5)).toEqual([
      'example.org',
      '  + imap+implicit://removed.example.org:993',
      '  ~ imap+implicit://guessed.example.org:993',
      '      in_inventory: no -> yes',
      '      expects_deep: yes -> undeclared',
    ]);
    expect(await endpoints()).toEqual([
      { host: 'guessed', origin: 'manual', declared: true, living: true, expectsDeep: null },
      { host: 'removed', origin: 'manual', declared: true, living: true, expectsDeep: null },
    ]);
    expect(await database.declaration.count()).toBe(0);
  });

  it('lets a front and its backend change places in one file', async () => {
    const key = (host: string) => `imap+implicit://${host}.example.org:993`;
    await run(await inventoryOf(imap('a', `, front_of: "${key('b')}"`), imap('b')));
    const swapped = await run(await inventoryOf(imap('a'), imap('b', `, front_of: "${key('a')}"`)));
    expect(swapped).toMatchObject({ status: 0, err: '' });
    expect(await test.database.declaration.findMany({ include: { endpoint: true, frontOf: true } })).toMatchObject([
      { endpoint: { host: 'b.example.org' }, frontOf: { host: 'a.example.org' } },
    ]);
  });

  it('names every mistake with its line and writes nothing at all', async () => {
    const path = await inventoryOf(imap('good'), imap('bad', ', port: 0'), '      - service: imap');
    expect(await run(path)).toEqual({
      status: 2,
      out: '',
      err: [
        `${path}:5: port must be a number from 1 to 65535`,
        `${path}:6: tls is missing`,
        `${path}:6: host is missing`,
        'Nothing was imported.',
      ].join('\n'),
    });
    const world = await inventoryOf(
      imap('good'),
      imap('a', ', front_of: "imap+implicit://b.example.org:993"'),
      imap('b', ', front_of: "imap+implicit://a.example.org:993"'),
      imap('c', ', front_of: "imap+implicit://nowhere.example.org:993"'),
      imap('d', ', address: 10.0.0.1'),
    );
    const { status, err } = await run(world);
    expect(status).toBe(2);
    expect(err.split('\n').map((line) => line.replace(world, ''))).toEqual([
      expect.stringMatching(/^:5: front_of leads in a circle/),
      expect.stringMatching(/^:6: front_of leads in a circle/),
      ':7: front_of names imap+implicit://nowhere.example.org:993, which is not among the watched endpoints',
      expect.stringMatching(/^:8: address cannot be used: .*10\.0\.0\.1/),
      expect.stringMatching(/imported/),
    ]);
    expect(await test.database.domain.count()).toBe(0);
  });

  it('obeys no control character of the file', async () => {
    const { err } = await run(await fileWith('domains:\n  - "name\\e[2J": x\n'));
    expect(err).toMatch(/is not a key of a domain/);
    expect(err).not.toContain('\u001b');
  });

  it.each([
    [['/none/inventory.yaml'], /cannot be read: .*ENOENT/],
    [['/'], /cannot be read/],
    [[], /Name the one file/],
    [['a', 'b'], /Name the one file/],
    [['a', '--force'], /Unknown option/],
  ])('called with %j says what is wrong', async (args, sentence) => {
    const { status, err } = await run(...args);
    expect(status).toBe(2);
    expect(err).toMatch(sentence);
  });

  it('refuses what is no text, or far too much of it', async () => {
    expect((await run(await fileWith(Uint8Array.of(0xff, 0xfe, 0)))).err).toMatch(/not UTF-8/);
    expect((await run(await fileWith('#'.repeat(2 * 1024 * 1024 + 1)))).err).toMatch(
      /:1: The file is larger than 2 MiB/,
    );
  });
});
