import { createStore } from '#workers/store/store.ts';
import type { CanaryLook } from '#workers/probes/canary.ts';
import type { EndpointObservation } from '#lib/model/observation.ts';
import { createTestDatabase, type TestDatabase } from '#tests/support/database.ts';
import { createEngine, emptyDatabase } from '#tests/support/engine.ts';
import { failSessions, healthyEndpoint } from '#tests/support/observations.ts';

let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase();
});
afterAll(() => test.close());
beforeEach(() => emptyDatabase(test.database));

const look = (resolver: boolean | null, network: boolean | null) => (): CanaryLook => ({
  ...{ resolver, network },
  resolverSaid: `the resolver: ${String(resolver)}`,
  networkSaid: `the network: ${String(network)}`,
});
const unresolved = (): EndpointObservation => ({
  ...healthyEndpoint(),
  addresses: { ok: false, failure: { stage: 'resolve', reason: 'timeout' } },
  sessions: [],
});
const silent = () => failSessions(healthyEndpoint(), { stage: 'connect', reason: 'timeout' });

/** Watches an endpoint that is fine, with canaries that have answered. */
async function calm() {
  const engine = createEngine(test.database);
  await engine.watch();
  engine.sight.canaries = look(true, true);
  await createStore(test.database).requestSelfCheck('local');
  await engine.runAll('self-check');
  await engine.runAll('probe');
  return engine;
}

type Engine = Awaited<ReturnType<typeof calm>>;

const run = async (engine: Engine, kind: 'probe' | 'self-check', times: number) => {
  for (let index = 0; index < times; index += 1) expect(await engine.runAll(kind)).toBe(1);
};
/** Of the endpoint and of ourselves; endpoints of a host may have one together besides. */
const incidents = () =>
  test.database.incident.findMany({
    where: { OR: [{ endpointId: { not: null } }, { vantage: { not: null } }] },
    select: { code: true, state: true, vantage: true, endpointId: true, host: true },
    orderBy: { id: 'asc' },
  });
const reasons = async () =>
  (await test.database.notice.findMany({ orderBy: { sequence: 'asc' } })).map(({ reason }) => reason);
const spans = () => test.database.observationSpan.findMany({ orderBy: { id: 'asc' } });
const lastVerdict = async () => (await test.database.endpoint.findFirstOrThrow()).lastVerdict;

describe('when our own resolver dies', () => {
  it('endpoints are unknown, one incident of our own is told, and all ends by itself', async () => {
    const engine = await calm();
    const green = await lastVerdict();
    const seen = await spans();
    engine.sight.endpoint = () => ({ ...unresolved(), finishedAt: engine.clock.now() });
    engine.sight.canaries = look(false, true);
    await run(engine, 'probe', 4);
    expect(await lastVerdict()).toBe('inconclusive');
    expect(await incidents()).toEqual([]);
    // What was seen last of the endpoint stays as it was.
    expect(await spans()).toEqual(seen);

    await run(engine, 'self-check', 3);
    expect(await engine.dueInSeconds('self-check')).toBe(5);
    const own = { code: 'own-resolver-down', vantage: 'local', endpointId: null, host: 'local' };
    expect(await incidents()).toEqual([{ ...own, state: 'firing' }]);
    expect(await reasons()).toEqual(['opened']);
    const [notice] = await test.database.notice.findMany();
    expect(JSON.stringify(notice?.payload)).toContain('the resolver: false');
    await run(engine, 'probe', 2);

    engine.sight.canaries = look(true, true);
    engine.sight.endpoint = healthyEndpoint;
    await test.database.$executeRaw`UPDATE task SET due_at = now() + interval '4 minutes' WHERE kind = 'probe'`;
    await run(engine, 'self-check', 1);
    expect(await engine.dueInSeconds('probe')).toBeLessThanOrEqual(60);
    await run(engine, 'probe', 1);
    expect(await lastVerdict()).toBe(green);
    await run(engine, 'self-check', 3);
    expect(await incidents()).toEqual([{ ...own, state: 'resolved' }]);
    expect(await reasons()).toEqual(['opened', 'resolved']);
    expect(await engine.dueInSeconds('self-check')).toBe(15);
  });

  it('what was open before is held: not resolved, not told again', async () => {
    const engine = await calm();
    engine.sight.endpoint = silent;
    await run(engine, 'probe', 3);
    expect(await incidents()).toMatchObject([{ code: 'unreachable', state: 'firing' }]);
    const before = await test.database.incident.findMany();
    engine.sight.canaries = look(false, true);
    engine.sight.endpoint = unresolved;
    await run(engine, 'probe', 3);
    expect(await test.database.incident.findMany()).toEqual(before);
    expect(await reasons()).toEqual(['opened']);
  });
});

describe('when our own network dies', () => {
  it('what began before it was back is no evidence', async () => {
    const engine = await calm();
    engine.sight.canaries = look(false, false);
    await run(engine, 'self-check', 1);
    const startedAt = engine.clock.now();
    engine.sight.endpoint = () => ({ ...silent(), startedAt });
    engine.sight.canaries = look(true, true);
    engine.clock.advance(5_000);
    await run(engine, 'probe', 1);
    expect(await lastVerdict()).toBe('inconclusive');
    expect(await engine.dueInSeconds('probe')).toBe(30);
    engine.clock.advance(5_000);
    engine.sight.endpoint = () => ({ ...silent(), startedAt: engine.clock.now() });
    await run(engine, 'probe', 3);
    expect(await incidents()).toContainEqual(expect.objectContaining({ code: 'unreachable', state: 'firing' }));
  });

  it('a run that went well is still worth its word', async () => {
    const engine = await calm();
    engine.sight.endpoint = silent;
    await run(engine, 'probe', 3);
    engine.sight.canaries = look(false, false);
    await run(engine, 'self-check', 1);
    engine.sight.endpoint = healthyEndpoint;
    await run(engine, 'probe', 3);
    expect(await incidents()).toContainEqual(expect.objectContaining({ code: 'unreachable', state: 'resolved' }));
  });

  it('a worker that starts meanwhile knows it', async () => {
    const engine = await calm();
    engine.sight.canaries = look(false, false);
    await run(engine, 'self-check', 1);
    const kept = await createStore(test.database).loadCanary('local');
    expect(kept).toMatchObject({ verdict: 'network', contrarySince: null });
    expect(kept?.networkAnsweredAt).toBeLessThan(engine.clock.now());
    expect(await createStore(test.database).loadCanary('elsewhere')).toBeNull();
  });
});

describe('when canaries', () => {
  it('answer, a silent endpoint is its own fault', async () => {
    const engine = await calm();
    engine.sight.endpoint = silent;
    await run(engine, 'probe', 3);
    expect(await incidents()).toMatchObject([{ code: 'unreachable', state: 'firing', vantage: null }]);
  });

  it('have never answered, their silence means nothing', async () => {
    const engine = createEngine(test.database);
    await engine.watch();
    engine.sight.canaries = look(false, false);
    await createStore(test.database).requestSelfCheck('local');
    await engine.runAll('self-check');
    engine.sight.endpoint = silent;
    await run(engine, 'probe', 3);
    expect(await incidents()).toMatchObject([{ code: 'unreachable', state: 'firing' }]);
  });
});

it('the incident of a place that nobody looks from any more ends', async () => {
  const engine = await calm();
  engine.sight.canaries = look(false, false);
  await run(engine, 'self-check', 3);
  await test.database.incident.updateMany({
    where: { vantage: 'local' },
    data: { vantage: 'gone', dedupKey: 'own-network-down/vantage:gone' },
  });
  engine.sight.canaries = look(true, true);
  await run(engine, 'self-check', 1);
  expect(await incidents()).toMatchObject([{ vantage: 'gone', state: 'resolved' }]);
});
