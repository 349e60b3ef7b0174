import { decideChange, findOpenChange, readBaseline } from '#prisma/commands/baseline.ts';
import { readBaselineFacts } from '#lib/drift/baseline.ts';
import { issueCertificate, testNow } from '#tests/support/certificates.ts';
import { createTestDatabase, type TestDatabase } from '#tests/support/database.ts';
import { createEngine, emptyDatabase } from '#tests/support/engine.ts';
import { changeSessions, failSessions, healthyEndpoint, testPki, trustedTls } from '#tests/support/observations.ts';

const healthy = healthyEndpoint();
const showing = () => {
  const key = issueCertificate({ commonName: 'x', dnsNames: ['mail.example.org'], issuer: testPki.intermediate });
  return changeSessions(healthy, () => ({ tls: trustedTls([key, testPki.intermediate]) }));
};
const actor = 'ops@example.org';

describe('the baseline of an endpoint', () => {
  let test: TestDatabase;
  beforeAll(async () => {
    test = await createTestDatabase();
  });
  afterAll(() => test.close());
  beforeEach(() => emptyDatabase(test.database));

  async function watchHealthy() {
    const engine = createEngine(test.database);
    const { endpointId } = await engine.watch();
    await engine.runAll('probe');
    const findings = async () => {
      const rows = await test.database.finding.findMany({ where: { endpointId, endedAt: null } });
      return rows.filter(({ code }) => code === 'key-changed').map(({ verdict }) => verdict);
    };
    const word = async (decision: 'approved' | 'rejected') => {
      const change = await findOpenChange(test.database, { endpointId, now: testNow });
      const now = new Date(testNow);
      const said = { endpointId, decision, mark: change?.mark ?? '', note: ' as planned ', actor, now };
      return test.database.$transaction((tx) => decideChange(tx, said));
    };
    return { engine, endpointId, findings, word };
  }

  it('is set by the first whole look, and not by a partial one', async () => {
    const engine = createEngine(test.database);
    const { endpointId } = await engine.watch();
    engine.sight.endpoint = () =>
      failSessions(healthy, { stage: 'connect', reason: 'timeout' }, (index) => index === 1);
    await engine.runAll('probe');
    await expect(readBaseline(test.database, endpointId)).resolves.toBeUndefined();
    engine.sight.endpoint = () => healthy;
    await engine.runAll('probe');
    await expect(readBaseline(test.database, endpointId)).resolves.toMatchObject({
      facts: readBaselineFacts(healthy),
      approvedBy: null,
    });
  });

  it('is not written again while nothing changes', async () => {
    const { engine, endpointId } = await watchHealthy();
    const before = await readBaseline(test.database, endpointId);
    await engine.runAll('probe');
    await expect(readBaseline(test.database, endpointId)).resolves.toEqual(before);
    await expect(findOpenChange(test.database, { endpointId, now: testNow })).resolves.toBeNull();
  });

  it('stays after an unexpected change until a person approves it', async () => {
    const { engine, endpointId, findings, word } = await watchHealthy();
    const changed = showing();
    engine.sight.endpoint = () => changed;
    await engine.runAll('probe');
    await engine.runAll('probe');
    await expect(findings()).resolves.toEqual(['warn']);
    await expect(word('approved')).resolves.toEqual({ outcome: 'decided' });
    await expect(readBaseline(test.database, endpointId)).resolves.toMatchObject({
      facts: readBaselineFacts(changed),
      approvedBy: actor,
    });
    // A probe was asked for.
    await expect(engine.runDue('probe')).resolves.toBe(1);
    await expect(findings()).resolves.toEqual([]);
    await expect(test.database.changeDecision.findMany()).resolves.toMatchObject([
      { endpointId, decision: 'approved', note: 'as planned', by: actor, before: { tlsVersion: 'TLSv1.3' } },
    ]);
  });

  it('makes a rejected change a fault, until the endpoint is what it was', async () => {
    const { engine, findings, word } = await watchHealthy();
    const changed = showing();
    engine.sight.endpoint = () => changed;
    await engine.runAll('probe');
    await word('rejected');
    await engine.runAll('probe');
    await expect(findings()).resolves.toEqual(['crit']);
    engine.sight.endpoint = () => healthy;
    await engine.runAll('probe');
    await expect(findings()).resolves.toEqual([]);
  });

  it('takes no word about a change that the person did not see', async () => {
    const { engine, endpointId } = await watchHealthy();
    engine.sight.endpoint = showing;
    await engine.runAll('probe');
    const seen = await findOpenChange(test.database, { endpointId, now: testNow });
    await engine.runAll('probe');
    const word = { endpointId, mark: seen?.mark ?? '', note: '', actor, now: new Date(testNow) };
    await expect(
      test.database.$transaction((tx) => decideChange(tx, { ...word, decision: 'approved' })),
    ).resolves.toEqual({ outcome: 'changed-meanwhile' });
    await expect(test.database.changeDecision.count()).resolves.toBe(0);
  });
});
