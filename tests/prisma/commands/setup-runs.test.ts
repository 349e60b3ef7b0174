import { z } from 'zod';
import { endpointKey } from '#lib/model/endpoint.ts';
import type { SetupEndpoint, SetupResult } from '#lib/setup/setup-result.ts';
import { addEndpoint } from '#prisma/commands/endpoints.ts';
import { addDomain } from '#prisma/commands/domains.ts';
import { monitorSetup } from '#prisma/commands/setup-runs.ts';
import { createTestDatabase, type TestDatabase } from '#tests/support/database.ts';

const now = new Date('2026-11-26T04:00:00Z');
const actor = 'anna@example.org';
let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase();
});
afterAll(() => test.close());
afterEach(async () => {
  await test.database.setupRun.deleteMany();
  await test.database.domain.deleteMany();
  await test.database.endpoint.deleteMany();
  await test.database.task.deleteMany();
});

const endpoint = (port: number, change: Partial<SetupEndpoint> = {}): SetupEndpoint => ({
  target: { service: 'imap', tlsMode: 'implicit', host: 'imap.example.org', port },
  ...{ origin: 'srv', priority: 10, weight: 5, standing: 'answers', addresses: [], problem: null },
  ...change,
});
const [first, second] = [endpoint(993), endpoint(1993)];
const guess = endpoint(143, { origin: 'guess', standing: 'silent-guess' });
const keyOf = ({ target }: SetupEndpoint) => endpointKey(target);

async function runWith(change: Partial<SetupResult> | null): Promise<string> {
  const result = {
    ...{ exists: true, dnssec: 'secure', endpoints: [first, second, guess], findings: [], passed: [], unknown: [] },
    ...{ durationMs: 1, cutShort: false, ownNetworkDown: false },
    ...change,
  };
  const data = { id: 'run', domain: 'example.org', requestedAt: now, requestedBy: actor, finishedAt: now };
  await test.database.setupRun.create({
    data: change === null ? { ...data, finishedAt: null } : { ...data, result: z.json().parse(result) ?? {} },
  });
  return 'run';
}

const monitor = (id: string, ...wanted: readonly string[]) =>
  test.database.$transaction((tx) => monitorSetup(tx, { id, wanted: new Set(wanted), actor, now }));
const links = () =>
  test.database.domainEndpoint.findMany({
    orderBy: { endpoint: { port: 'asc' } },
    select: { origin: true, priority: true, dismissed: true, endpoint: { select: { port: true } } },
  });

describe('one click after a setup', () => {
  it('watches the domain with what is ticked, by the origin it was found by, and dismisses the rest', async () => {
    expect(await monitor(await runWith({}), keyOf(first), 'nonsense')).toMatchObject({
      ok: true,
      value: { endpoints: 1 },
    });
    expect(await links()).toEqual([
      { origin: 'srv', priority: 10, dismissed: false, endpoint: { port: 993 } },
      { origin: 'srv', priority: 10, dismissed: true, endpoint: { port: 1993 } },
    ]);
    const tasks = await test.database.task.findMany({ orderBy: { kind: 'asc' } });
    expect(tasks.map(({ kind }) => kind)).toEqual(expect.arrayContaining(['discover', 'probe']));
    expect(tasks.filter(({ kind }) => kind === 'probe')).toHaveLength(1);
    expect(await test.database.setupRun.findFirst()).toMatchObject({ monitoredAt: now, monitoredBy: actor });
  });

  it('done again sets what is ticked now, and is one domain', async () => {
    const id = await runWith({});
    await monitor(id, keyOf(first));
    await monitor(id, keyOf(second));
    expect((await links()).map(({ dismissed }) => dismissed)).toEqual([true, false]);
    expect(await test.database.domain.count()).toBe(1);
  });

  it('leaves what a person added by hand to that person', async () => {
    await test.database.$transaction(async (tx) => {
      const { domainId } = await addDomain(tx, { name: 'example.org', actor, now });
      await addEndpoint(tx, { domainId, target: first.target, now });
    });
    await monitor(await runWith({}), keyOf(first), keyOf(second));
    expect((await links()).map(({ origin }) => origin)).toEqual(['manual', 'srv']);
  });

  it.each([
    ['that is not over', null, /not over yet/],
    ['of a domain that does not exist', { exists: false }, /does not exist/],
  ] as const)('of a look %s watches nothing', async (_, change, says) => {
    const id = await runWith(change);
    const refused = await monitor(id, keyOf(first));
    expect(refused.ok ? '' : refused.error).toMatch(says);
    expect(await monitor('another', keyOf(first))).toMatchObject({ ok: false });
    expect(await test.database.domain.count()).toBe(0);
  });
});
