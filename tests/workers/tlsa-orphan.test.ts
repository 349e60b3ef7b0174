import type { TlsaRecord } from '#lib/model/observation.ts';
import { readTlsaUnmatchedSince } from '#prisma/commands/tlsa-history.ts';
import { dayMs, issueCertificate, type TestCertificate } from '#tests/support/certificates.ts';
import { createTestDatabase, type TestDatabase } from '#tests/support/database.ts';
import { createEngine, emptyDatabase } from '#tests/support/engine.ts';
import { changeSessions, changeTlsa, healthyEndpoint, tlsaOf, trustedTls } from '#tests/support/observations.ts';

let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase();
});
afterAll(() => test.close());
beforeEach(() => emptyDatabase(test.database));

const issue = () => issueCertificate({ commonName: 'mail.example.org', dnsNames: ['mail.example.org'] });
const [oldKey, newKey] = [issue(), issue()];
const [oldRecord, newRecord] = [tlsaOf(oldKey), tlsaOf(newKey)];

/** An engine that sees a certificate and records, each run at the time of its clock. */
async function engineThatWatches() {
  const engine = createEngine(test.database);
  await engine.watch();
  const world: {
    shown: TestCertificate;
    /** To clients that insist on the other type of key. */
    shownToOthers: TestCertificate | null;
    records: readonly TlsaRecord[];
  } = { shown: oldKey, shownToOthers: null, records: [oldRecord] };
  const observe = () => {
    const at = engine.clock.now();
    const seen = changeTlsa(healthyEndpoint(), world.records, { dnssec: { state: 'secure', expiresAt: null } });
    return {
      ...changeSessions(seen, () => ({
        tls: trustedTls([world.shown]),
        otherHandshake: {
          offered: 'rsa',
          tls:
            world.shownToOthers === null
              ? { ok: false, failure: { stage: 'handshake', reason: 'tls' } }
              : { ok: true, facts: trustedTls([world.shownToOthers]) },
        },
      })),
      ...{ startedAt: at, finishedAt: at },
    };
  };
  engine.sight.endpoint = observe;
  const look = async (daysLater = 0) => {
    engine.clock.advance(daysLater * dayMs);
    expect(await engine.runAll('probe')).toBe(1);
    return test.database.finding.findMany({ where: { code: 'tlsa-orphan', endedAt: null } });
  };
  return { world, observe, look };
}

describe('a TLSA record that matches nothing', () => {
  it('is an orphan when it has done so for more than 90 days', async () => {
    const { world, look } = await engineThatWatches();
    expect(await look()).toEqual([]);
    world.records = [oldRecord, newRecord];
    expect(await look(400)).toEqual([]);
    expect(await look(89)).toEqual([]);
    const [orphan] = await look(2);
    expect(orphan).toMatchObject({ verdict: 'warn', address: '' });
    expect(orphan?.params).toMatchObject({
      orphans: [expect.stringMatching(`^3 1 1 ${newRecord.data.slice(0, 16)}…, unmatched since 2`)],
    });
    await look();
    expect(await test.database.incident.findMany({ where: { code: 'tlsa-orphan' } })).toMatchObject([
      { state: 'firing', severity: 'warning' },
    ]);
    // Its key comes at last.
    world.shown = newKey;
    expect(await look(1)).toEqual([]);
  });

  it('is none at once when its key was replaced, however long it had served', async () => {
    const { world, look } = await engineThatWatches();
    world.records = [oldRecord, newRecord];
    await look();
    await look(80);
    world.shown = newKey;
    expect(await look(5)).toEqual([]);
    expect(await look(89)).toEqual([]);
    const [orphan] = await look(2);
    expect(orphan?.params).toMatchObject({
      orphans: [expect.stringMatching(`^3 1 1 ${oldRecord.data.slice(0, 16)}…`)],
    });
  });

  it('is none at once when the certificate of its key, of the other type, was taken away', async () => {
    const { world, look } = await engineThatWatches();
    world.records = [oldRecord, newRecord];
    world.shownToOthers = newKey;
    await look();
    await look(200);
    world.shownToOthers = null;
    expect(await look(1)).toEqual([]);
    expect(await look(91)).toHaveLength(1);
  });

  it('begins anew after an answer without it', async () => {
    const { world, observe, look } = await engineThatWatches();
    world.records = [oldRecord, newRecord];
    await look();
    const [endpoint] = await test.database.endpoint.findMany();
    const endpointId = endpoint?.id ?? '';
    const ageInDays = async () => {
      const observation = observe();
      const [since] = (await readTlsaUnmatchedSince(test.database, { endpointId, observation })).values();
      return since === undefined ? null : Math.floor((observation.finishedAt - since) / dayMs);
    };
    await look(50);
    expect(await ageInDays()).toBe(50);
    world.records = [oldRecord];
    await look(1);
    expect(await ageInDays()).toBeNull();
    world.records = [oldRecord, newRecord];
    await look(1);
    await look(10);
    // Since the last answer without it: the days between that and its return count.
    expect(await ageInDays()).toBe(11);
  });

  it('is looked for in the database only where there is one', async () => {
    const { world, look, observe } = await engineThatWatches();
    world.records = [oldRecord];
    await look();
    const observation = observe();
    // Any statement in a transaction that has failed would fail too.
    const failed = test.database.$transaction(async (tx) => {
      await tx.$queryRaw`SELECT 1 / 0`.catch(() => []);
      expect(await readTlsaUnmatchedSince(tx, { endpointId: 'e1', observation })).toEqual(new Map());
      world.records = [oldRecord, newRecord];
      await readTlsaUnmatchedSince(tx, { endpointId: 'e1', observation: observe() });
    });
    await expect(failed).rejects.toThrow(/current transaction is aborted/);
  });
});
