import { prune } from '#workers/store/prune.ts';
import { dayMs, issueCertificate, testNow } from '#tests/support/certificates.ts';
import { createTestDatabase, type TestDatabase } from '#tests/support/database.ts';
import { createEngine, emptyDatabase } from '#tests/support/engine.ts';
import { changeSessions, healthyEndpoint, testPki, trustedTls, untrustedTls } from '#tests/support/observations.ts';
import { everythingBefore } from '#tests/support/prune-before.ts';

const healthy = healthyEndpoint();
const showing = (name: string) => {
  const key = issueCertificate({ commonName: name, dnsNames: ['mail.example.org'], issuer: testPki.intermediate });
  return changeSessions(healthy, () => ({ tls: trustedTls([key, testPki.intermediate]) }));
};

describe('prune', () => {
  let test: TestDatabase;
  beforeAll(async () => {
    test = await createTestDatabase();
  });
  afterAll(() => test.close());
  beforeEach(() => emptyDatabase(test.database));

  const at = (observation: typeof healthy, days: number) => ({
    ...observation,
    startedAt: testNow + days * dayMs - 1000,
    finishedAt: testNow + days * dayMs,
  });

  /** An endpoint that showed one certificate, was untrusted for a day, then showed another for a long time. */
  async function live() {
    const engine = createEngine(test.database);
    const { endpointId, domainId } = await engine.watch();
    const look = async (observation: typeof healthy, days: number) => {
      engine.clock.set(testNow + days * dayMs);
      engine.sight.endpoint = () => at(observation, days);
      await engine.runAll('probe');
    };
    const distrusted = changeSessions(showing('second'), ({ tls }) => ({
      tls: tls === null ? null : { ...untrustedTls([testPki.leaf], 'CERT_REVOKED'), chain: tls.chain },
    }));
    await look(showing('first'), 0);
    for (const day of [1, 1.01, 1.02]) await look(distrusted, day);
    const last = showing('third');
    for (const day of [2, 2.01, 2.02, 300]) await look(last, day);
    await engine.runAll('discover');
    return { engine, endpointId, domainId };
  }

  const counts = async () => ({
    spans: await test.database.observationSpan.count({ where: { kind: 'session' } }),
    newest: await test.database.observationSpan.count({ where: { kind: 'session', newest: true } }),
    ended: await test.database.finding.count({ where: { endedAt: { lt: new Date(testNow + 100 * dayMs) } } }),
    resolved: await test.database.incident.count({ where: { state: 'resolved' } }),
    events: await test.database.incidentEvent.count(),
    certificates: await test.database.certificate.count(),
    baselines: await test.database.baseline.count(),
  });
  const always = { mayGoOn: () => true };

  it('goes by the time of each kind', async () => {
    const { engine } = await live();
    engine.clock.set(testNow + 300 * dayMs);
    const before = await counts();
    const [never, now] = [new Date(0), new Date(testNow + 300 * dayMs)];
    const since = new Date(testNow + 100 * dayMs);
    await prune(test.database, { before: { observations: never, incidents: since, reports: since }, now, ...always });
    expect(await counts()).toMatchObject({ spans: before.spans, ended: before.ended, resolved: 0 });
    await prune(test.database, { before: { observations: since, incidents: since, reports: since }, now, ...always });
    expect((await counts()).ended).toBe(0);
  });

  it('deletes preflights that were asked for before the limit', async () => {
    const asked = { change: {}, requestedBy: 'test' };
    await test.database.preflight.createMany({
      data: [
        { ...asked, id: 'old', requestedAt: new Date(testNow - 2 * dayMs) },
        { ...asked, id: 'new', requestedAt: new Date(testNow) },
      ],
    });
    const limits = { before: everythingBefore(testNow - dayMs), now: new Date(testNow), ...always };
    expect((await prune(test.database, limits)).pruned.preflights).toBe(1);
    expect((await test.database.preflight.findMany()).map(({ id }) => id)).toEqual(['new']);
  });

  it('deletes what ended before the limit, and keeps what is known', async () => {
    await live();
    const before = await counts();
    expect(before).toMatchObject({ spans: 6, newest: 2, baselines: 1 });
    expect(Math.min(before.ended, before.resolved, before.events)).toBeGreaterThan(0);
    const limits = { before: everythingBefore(testNow + 100 * dayMs), now: new Date(testNow + 300 * dayMs), ...always };
    const { pruned, complete } = await prune(test.database, limits);
    expect(complete).toBe(true);
    const after = await counts();
    expect(after).toMatchObject({ spans: 2, newest: 2, ended: 0, resolved: 0, baselines: 1 });
    // The two leaves of before; the intermediate, the root and the leaf of today are still named.
    expect(pruned).toMatchObject({ incidents: before.resolved, findings: before.ended, certificates: 2 });
    await expect(prune(test.database, limits)).resolves.toMatchObject({ pruned: { spans: 0, certificates: 0 } });
  });

  it('deletes nothing that is younger', async () => {
    await live();
    const before = await counts();
    await prune(test.database, { before: everythingBefore(testNow - dayMs), now: new Date(testNow), ...always });
    await expect(counts()).resolves.toEqual(before);
  });

  it('goes on where it was broken off', async () => {
    await live();
    let asked = 0;
    const limits = { before: everythingBefore(testNow + 100 * dayMs), now: new Date(testNow + 300 * dayMs) };
    const first = await prune(test.database, { ...limits, mayGoOn: () => (asked += 1) < 2 });
    expect(first.complete).toBe(false);
    expect(first.pruned.spans).toBeGreaterThan(0);
    expect(first.pruned.incidents).toBe(0);
    const second = await prune(test.database, { ...limits, ...always });
    expect(second.complete).toBe(true);
    await expect(counts()).resolves.toMatchObject({ spans: 2, ended: 0, resolved: 0 });
  });

  it('takes sessions of people that have run out, and no others', async () => {
    const user = { id: 'u', name: 'u', email: 'u@example.org' };
    await test.database.user.create({ data: user });
    const session = (id: string, days: number) => ({
      ...{ id, userId: 'u', token: id },
      expiresAt: new Date(testNow + days * dayMs),
    });
    await test.database.session.createMany({ data: [session('old', -1), session('living', 1)] });
    await prune(test.database, { before: everythingBefore(testNow - 400 * dayMs), now: new Date(testNow), ...always });
    await expect(test.database.session.findMany()).resolves.toMatchObject([{ id: 'living' }]);
  });

  it('is a task that comes again the next day', async () => {
    const { engine } = await live();
    await test.database.$executeRaw`INSERT INTO task (kind, ref, due_at) VALUES ('prune', 'prune', now())`;
    engine.clock.set(testNow + 500 * dayMs);
    await expect(engine.runAll('prune')).resolves.toBe(1);
    await expect(counts()).resolves.toMatchObject({ spans: 2, resolved: 0 });
    await expect(engine.dueInSeconds('prune')).resolves.toBeGreaterThan(0);
  });
});
