import type { DomainObservation, Seen } from '#lib/model/observation.ts';
import { requestDiscovery } from '#prisma/commands/domains.ts';
import { removeEndpoint } from '#prisma/commands/endpoints.ts';
import { urgent } from '#prisma/commands/tasks.ts';
import { createTestDatabase, type TestDatabase } from '#tests/support/database.ts';
import { createEngine, emptyDatabase } from '#tests/support/engine.ts';
import {
  changeSrv,
  failSessions,
  healthyDomain,
  healthyEndpoint,
  lookupOf,
  testEndpoint,
} from '#tests/support/observations.ts';

let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase();
});
afterAll(() => test.close());
beforeEach(() => emptyDatabase(test.database));

const silent: Seen<never> = { ok: false, failure: { stage: 'resolve', reason: 'timeout' } };
const noSrv = (): DomainObservation => ({ ...changeSrv('_imaps', []), endpoints: [] });
const submission = testEndpoint('submission', 'implicit');
const withSubmission = (): DomainObservation => {
  const domain = healthyDomain();
  return {
    ...domain,
    endpoints: [...domain.endpoints, { target: submission, origin: 'srv', priority: 0, weight: 1 }],
  };
};

/** A domain whose first discovery found one IMAP endpoint. */
async function discovered() {
  const engine = createEngine(test.database);
  const now = new Date(engine.clock.now());
  await test.database.domain.create({ data: { id: 'd1', name: 'example.org', createdBy: 'test' } });
  await requestDiscovery(test.database, { domainId: 'd1', actor: 'test', now });
  await engine.runDue('discover');
  return engine;
}

const links = async () => {
  const rows = await test.database.domainEndpoint.findMany({
    include: { endpoint: true },
    orderBy: { endpoint: { port: 'asc' } },
  });
  return rows.map((row) => ({ ...row, removed: row.removedAt !== null }));
};

describe('a discovery', () => {
  it('brings endpoints, probes them at once and answers who asked', async () => {
    const engine = await discovered();
    expect(await links()).toMatchObject([{ origin: 'srv', removed: false, endpoint: testEndpoint() }]);
    expect(await test.database.task.findMany({ where: { kind: 'probe' } })).toMatchObject([{ priority: urgent }]);
    expect(await engine.dueInSeconds('probe')).toBe(0);
    expect(await engine.dueInSeconds('discover')).toBe(3600);
    expect(await test.database.discovery.findMany()).toMatchObject([{ state: 'done', error: null }]);
  });

  it('takes off what DNS names no more, and resolves what stood open about it', async () => {
    const engine = await discovered();
    engine.sight.endpoint = () => failSessions(healthyEndpoint(), { stage: 'connect', reason: 'refused' });
    for (let run = 0; run < 3; run += 1) await engine.runAll('probe');
    engine.sight.domain = noSrv;
    await engine.runAll('discover');
    expect(await links()).toMatchObject([{ removed: true, endpoint: { enabled: false } }]);
    expect(await test.database.task.count({ where: { kind: 'probe' } })).toBe(0);
    expect(await test.database.incident.findMany({ where: { code: 'unreachable' } })).toMatchObject([
      { state: 'resolved', resolution: 'no longer monitored' },
      { state: 'resolved', resolution: 'no longer monitored' },
    ]);
    engine.sight.domain = healthyDomain;
    await engine.runAll('discover');
    expect(await links()).toMatchObject([{ removed: false }]);
    expect(await engine.dueInSeconds('probe')).toBe(0);
  });

  it.each<readonly [string, () => DomainObservation, string]>([
    [
      'the lookup failed',
      () => ({ ...noSrv(), srv: noSrv().srv.map((item) => ({ ...item, lookup: silent })) }),
      'done',
    ],
    [
      'no name server answers at all',
      () => ({ ...noSrv(), mx: silent, srv: noSrv().srv.map((item) => ({ ...item, lookup: silent })) }),
      'failed',
    ],
    [
      'the whole domain is gone',
      () => ({ ...noSrv(), mx: { ok: true, facts: { ...lookupOf('example.org', 'MX', []), rcode: 'NXDOMAIN' } } }),
      'failed',
    ],
  ])('takes nothing off where %s', async (_name, domain, state) => {
    const engine = await discovered();
    engine.sight.domain = domain;
    await requestDiscovery(test.database, { domainId: 'd1', actor: 'test', now: new Date(engine.clock.now()) });
    await engine.runDue('discover');
    expect(await links()).toMatchObject([{ removed: false }]);
    expect(await test.database.task.count({ where: { kind: 'probe' } })).toBe(1);
    const [latest] = await test.database.discovery.findMany({ orderBy: { requestedAt: 'desc' }, where: { state } });
    expect(latest?.error?.includes('example.org') ?? false).toBe(state === 'failed');
  });

  it('keeps what an inventory names, and tells whether DNS names it too', async () => {
    const engine = await discovered();
    await test.database.domainEndpoint.updateMany({ data: { declared: true } });
    engine.sight.domain = noSrv;
    await engine.runAll('discover');
    expect(await links()).toMatchObject([{ origin: 'manual', priority: null, removed: false, declared: true }]);
    expect(await test.database.task.count({ where: { kind: 'probe' } })).toBe(1);
    // A guess is less than an operator's word.
    const guess = { target: testEndpoint(), origin: 'guess', priority: null, weight: null } as const;
    engine.sight.domain = () => ({ ...noSrv(), endpoints: [guess] });
    await engine.runAll('discover');
    expect(await links()).toMatchObject([{ origin: 'manual', removed: false }]);
    engine.sight.domain = healthyDomain;
    await engine.runAll('discover');
    expect(await links()).toMatchObject([{ origin: 'srv', priority: 0, removed: false, declared: true }]);
  });

  it('does not bring back what a person dismissed, nor touch what a person added', async () => {
    const engine = await discovered();
    engine.sight.domain = withSubmission;
    await engine.runAll('discover');
    const [submissionLink, imapLink] = await links();
    const now = new Date(engine.clock.now());
    await removeEndpoint(test.database, { endpointId: imapLink?.endpointId ?? '', domainId: 'd1', actor: 'test', now });
    await test.database.domainEndpoint.updateMany({
      where: { endpointId: submissionLink?.endpointId ?? '' },
      data: { origin: 'manual' },
    });
    await engine.runAll('discover');
    expect(await links()).toMatchObject([
      { origin: 'manual', removed: false },
      { origin: 'srv', dismissed: true, removed: true },
    ]);
    engine.sight.domain = noSrv;
    await engine.runAll('discover');
    expect(await links()).toMatchObject([{ origin: 'manual', removed: false }, { dismissed: true }]);
  });

  it('keeps an endpoint that another domain still has', async () => {
    const engine = await discovered();
    await test.database.domain.create({ data: { id: 'd2', name: 'example.net', createdBy: 'test' } });
    const [link] = await links();
    const at = new Date(engine.clock.now());
    await test.database.domainEndpoint.create({
      data: { domainId: 'd2', endpointId: link?.endpointId ?? '', origin: 'srv', firstSeen: at, lastSeen: at },
    });
    engine.sight.domain = noSrv;
    await engine.runAll('discover');
    expect(await test.database.task.count({ where: { kind: 'probe' } })).toBe(1);
    expect(await test.database.endpoint.findMany()).toMatchObject([{ enabled: true }]);
  });

  it('of a domain that is gone leaves nothing behind', async () => {
    const engine = await discovered();
    await test.database.domain.deleteMany();
    await engine.runAll('discover');
    expect(await test.database.task.count({ where: { kind: 'discover' } })).toBe(0);
  });
});
