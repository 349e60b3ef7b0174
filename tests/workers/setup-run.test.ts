import type { SetupSight } from '#lib/setup/judge-setup.ts';
import { latestSteps, type SetupStep } from '#lib/setup/setup-step.ts';
import { findSetupRun, readSetupSteps, requestSetup } from '#prisma/commands/setup-runs.ts';
import { testNow } from '#tests/support/certificates.ts';
import { createTestDatabase, type TestDatabase } from '#tests/support/database.ts';
import { createEngine, emptyDatabase } from '#tests/support/engine.ts';
import { healthyDomain, healthyEndpoint } from '#tests/support/observations.ts';
import { createStepWriter } from '#workers/step-writer.ts';

const dayMs = 86_400_000;
let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase();
});
afterAll(() => test.close());
beforeEach(async () => {
  await emptyDatabase(test.database);
  await test.database.setupRun.deleteMany();
});

const step = (key: string, change: Partial<SetupStep> = {}): SetupStep => ({
  ...{ key, group: 'records', subject: key, state: 'found', text: 'x', guess: false, tookMs: 1 },
  ...change,
});
const sightOf = (steps: readonly SetupStep[]): SetupSight => {
  const observation = healthyEndpoint();
  return {
    domain: healthyDomain(),
    dnssec: 'secure',
    looks: [{ found: { target: observation.endpoint, origin: 'srv', priority: 0, weight: 1 }, observation }],
    ...{ steps, durationMs: 900, cutShort: false },
  };
};

async function request(domain = 'example.org', now = new Date()): Promise<string> {
  const asked = { domain, actor: 'test', now };
  const run = await test.database.$transaction((tx) => requestSetup(tx, asked));
  if (!run.ok) throw new Error(run.error);
  return run.value.id;
}

async function shown(id: string): Promise<readonly string[]> {
  const run = await findSetupRun(test.database, id);
  if (run === null) return [];
  const kept = await readSetupSteps(test.database, { runId: id, attempt: run.attempt, after: 0n, limit: 100 });
  return latestSteps(kept.map((one) => one.step)).map(({ key, state }) => `${key} ${state}`);
}

describe('a setup run', () => {
  it('keeps each step as it comes, then what the checks say, and watches nothing', async () => {
    const engine = createEngine(test.database);
    const id = await request();
    engine.sight.explore = (domain, tell) => {
      const steps = [
        step(`MX ${domain}`, { state: 'asking' }),
        step('b', { text: 'nul \0 and \ud800' }),
        step(`MX ${domain}`),
      ];
      steps.forEach(tell);
      return Promise.resolve(sightOf(steps));
    };
    expect(await engine.runDue('setup')).toBe(1);
    expect(await shown(id)).toEqual(['MX example.org found', 'b found']);
    const run = await findSetupRun(test.database, id);
    expect(run).toMatchObject({ error: null, result: { exists: true, dnssec: 'secure' } });
    expect(run?.finishedAt).not.toBeNull();
    expect(run?.result?.endpoints).toMatchObject([{ standing: 'answers', origin: 'srv' }]);
    expect(await test.database.domain.count()).toBe(0);
    expect(await test.database.endpoint.count()).toBe(0);
    expect(await test.database.task.count()).toBe(0);
  });

  it('taken over from a worker that died begins anew, and shows no step twice', async () => {
    const engine = createEngine(test.database);
    const id = await request();
    const dead = await engine.claim('setup');
    let died = (): void => undefined;
    engine.sight.explore = (_domain, tell) => {
      tell(step('from the first'));
      return new Promise((_resolve, reject) => (died = () => reject(new Error('killed'))));
    };
    const first = dead[0];
    if (first === undefined) throw new Error('no task');
    const running = engine.run(first);
    while ((await shown(id)).length === 0) await new Promise((resolve) => setImmediate(resolve));
    await test.database.$executeRaw`UPDATE task SET lease_until = now() - interval '1 second'`;
    engine.sight.explore = (_domain, tell) => {
      tell(step('from the second'));
      return Promise.resolve(sightOf([]));
    };
    expect(await engine.runDue('setup')).toBe(1);
    died();
    await running;
    expect(await shown(id)).toEqual(['from the second found']);
    expect((await findSetupRun(test.database, id))?.error).toBeNull();
  });

  it('of which three workers died is given up, in words', async () => {
    const engine = createEngine(test.database);
    const id = await request();
    await test.database.task.updateMany({ data: { attempts: 3 } });
    await engine.runDue('setup');
    const run = await findSetupRun(test.database, id);
    expect(run?.result).toBeNull();
    expect(run?.error).toMatch(/ended before/);
    expect(await test.database.task.count()).toBe(0);
  });

  it('says nothing bad of others while our own network is down', async () => {
    const engine = createEngine(test.database);
    const look = (alive: boolean) => () => ({ resolver: alive, network: alive, resolverSaid: null, networkSaid: null });
    engine.sight.explore = () => {
      const sight = sightOf([]);
      const failure = { stage: 'resolve', reason: 'nxdomain' } as const;
      const silent = { ...healthyEndpoint(), sessions: [], addresses: { ok: false, failure } } as const;
      return Promise.resolve({
        ...sight,
        domain: null,
        looks: sight.looks.map((one) => ({ ...one, observation: silent })),
      });
    };
    const resultNow = async () => {
      engine.clock.advance(60_000);
      const id = await request();
      await engine.runDue('setup');
      return (await findSetupRun(test.database, id))?.result;
    };
    engine.sight.canaries = look(true);
    expect(await resultNow()).toMatchObject({ ownNetworkDown: false, findings: [{ code: 'host-without-address' }] });
    engine.sight.canaries = look(false);
    expect(await resultNow()).toMatchObject({ ownNetworkDown: true, findings: [] });
  });

  it('asked for twice is one, and too many at once are refused', async () => {
    const [one, other] = await Promise.all([request(), request()]);
    expect(one).toBe(other);
    for (let index = 0; index < 19; index += 1) await request(`d${String(index)}.example`);
    await expect(request('more.example')).rejects.toThrow(/^Too many domains/);
  });

  it('that was given up is pruned after a week, with its steps and its task', async () => {
    const engine = createEngine(test.database);
    engine.clock.set(testNow);
    const old = await request('old.example', new Date(testNow - 8 * dayMs));
    const young = await request('young.example', new Date(testNow - 6 * dayMs));
    await test.database.setupStep.create({ data: { runId: old, attempt: 1, step: { ...step('a') } } });
    await test.database.$executeRaw`INSERT INTO task (kind, ref, due_at) VALUES ('prune', 'prune', now())`;
    await engine.runDue('prune');
    expect((await test.database.setupRun.findMany()).map(({ id }) => id)).toEqual([young]);
    expect(await test.database.setupStep.count()).toBe(0);
    expect((await test.database.task.findMany({ where: { kind: 'setup' } })).map(({ ref }) => ref)).toEqual([young]);
  });
});

describe('the writer of steps', () => {
  it('writes in order, a batch at a time, and drops what comes after its end', async () => {
    const batches: string[][] = [];
    const writer = createStepWriter((steps) => {
      batches.push(steps.map(({ key }) => key));
      return Promise.resolve();
    });
    writer.tell(step('a'));
    writer.tell(step('b'));
    writer.tell(step('c'));
    await writer.end();
    writer.tell(step('d'));
    await writer.end();
    expect(batches.flat()).toEqual(['a', 'b', 'c']);
    expect(batches.length).toBeLessThan(3);
  });

  it('tells at the end what went wrong, and writes nothing more', async () => {
    let tries = 0;
    const writer = createStepWriter(() => {
      tries += 1;
      return Promise.reject(new Error('the lease is lost'));
    });
    writer.tell(step('a'));
    writer.tell(step('b'));
    await expect(writer.end()).rejects.toThrow('the lease is lost');
    expect(tries).toBe(1);
  });
});
