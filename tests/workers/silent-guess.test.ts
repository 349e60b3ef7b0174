import type { Origin } from '#lib/model/endpoint.ts';
import type { DomainObservation } from '#lib/model/observation.ts';
import { addEndpoint } from '#prisma/commands/endpoints.ts';
import { createTestDatabase, type TestDatabase } from '#tests/support/database.ts';
import { createEngine, emptyDatabase } from '#tests/support/engine.ts';
import { changeSrv, failSessions, healthyEndpoint, testEndpoint } from '#tests/support/observations.ts';

let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase();
});
afterAll(() => test.close());
beforeEach(() => emptyDatabase(test.database));

const target = testEndpoint('pop3', 'starttls');
const refused = () => failSessions(healthyEndpoint(target), { stage: 'connect', reason: 'refused' });
const healthy = () => healthyEndpoint(target);
const names = (origin: Origin) => (): DomainObservation => ({
  ...changeSrv('_pop3', []),
  endpoints: [{ target, origin, priority: null, weight: null }],
});

/** A domain whose POP3 is only guessed, probed as often as an alarm would need. */
async function guessed() {
  const engine = createEngine(test.database);
  const now = new Date(engine.clock.now());
  await test.database.domain.create({ data: { id: 'd1', name: 'example.org', createdBy: 'test', createdAt: now } });
  await test.database.task.create({ data: { kind: 'discover', ref: 'd1', dueAt: new Date(0) } });
  engine.sight.domain = names('guess');
  engine.sight.endpoint = refused;
  await engine.runAll('discover');
  return engine;
}

async function probe(engine: Awaited<ReturnType<typeof guessed>>, times: number): Promise<void> {
  for (let index = 0; index < times; index += 1) expect(await engine.runAll('probe')).toBe(1);
}

const alarms = () => test.database.incident.findMany({ where: { endpointId: { not: null } } });
const living = () => test.database.finding.findMany({ where: { endpointId: { not: null }, endedAt: null } });
const lastVerdict = async () => (await test.database.endpoint.findFirst())?.lastVerdict;

describe('an endpoint that is only guessed', () => {
  it('and never answered is noted, pages nobody and is soon looked at only hourly', async () => {
    const engine = await guessed();
    await probe(engine, 1);
    expect(await engine.dueInSeconds('probe')).toBe(300);
    await probe(engine, 4);
    expect(await engine.dueInSeconds('probe')).toBe(3600);
    expect(await alarms()).toEqual([]);
    expect(await test.database.notice.count()).toBe(0);
    expect(await living()).toMatchObject([
      { code: 'unreachable', verdict: 'info' },
      { code: 'unreachable', verdict: 'info' },
    ]);
    expect(await lastVerdict()).toBe('n-a');
  });

  it('is like any other once it has answered', async () => {
    const engine = await guessed();
    await probe(engine, 2);
    engine.sight.endpoint = healthy;
    await probe(engine, 1);
    expect(await engine.dueInSeconds('probe')).toBe(300);
    expect(await lastVerdict()).toBe('pass');
    expect(await living()).toEqual([]);
    engine.sight.endpoint = refused;
    await probe(engine, 3);
    expect(await alarms()).toMatchObject([{ code: 'unreachable', state: 'firing', severity: 'critical' }]);
    expect(await test.database.notice.count()).toBe(1);
    expect(await lastVerdict()).toBe('crit');
  });

  it('is like any other from the moment a record names it, and looked at then', async () => {
    const engine = await guessed();
    await probe(engine, 2);
    engine.sight.domain = names('srv');
    await engine.runAll('discover');
    expect(await engine.dueInSeconds('probe')).toBe(0);
    await probe(engine, 3);
    expect(await alarms()).toMatchObject([{ code: 'unreachable', state: 'firing' }]);
  });

  it('is like any other when a person asked for it', async () => {
    const engine = await guessed();
    await probe(engine, 2);
    await test.database.domain.create({ data: { id: 'd2', name: 'example.net', createdBy: 'test' } });
    const now = new Date(engine.clock.now());
    await test.database.$transaction((tx) => addEndpoint(tx, { domainId: 'd2', target, now }));
    expect(await engine.dueInSeconds('probe')).toBeLessThanOrEqual(0);
    await probe(engine, 3);
    expect(await alarms()).toMatchObject([{ code: 'unreachable', state: 'firing' }]);
  });

  it('ends the alarm from the time when a record named it', async () => {
    const engine = await guessed();
    engine.sight.domain = names('srv');
    await engine.runAll('discover');
    await probe(engine, 3);
    expect(await alarms()).toMatchObject([{ state: 'firing' }]);
    engine.sight.domain = names('guess');
    await engine.runAll('discover');
    await probe(engine, 2);
    expect(await alarms()).toMatchObject([{ state: 'resolved' }]);
  });
});
