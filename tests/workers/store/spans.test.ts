import { z } from 'zod';
import type { EndpointObservation } from '#lib/model/observation.ts';
import { splitEndpointObservation } from '#lib/model/span.ts';
import { saveSpans } from '#workers/store/spans.ts';
import type { Transaction } from '#prisma/client.ts';
import { readLatestObservation } from '#prisma/commands/latest-observation.ts';
import { createTestDatabase, type TestDatabase } from '#tests/support/database.ts';
import { emptyDatabase } from '#tests/support/engine.ts';
import { issueCertificate } from '#tests/support/certificates.ts';
import {
  changeSessions,
  failSessions,
  healthyEndpoint,
  testEndpoint,
  trustedTls,
} from '#tests/support/observations.ts';

let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase();
});
afterAll(() => test.close());

const endpointId = 'e1';
beforeEach(async () => {
  await emptyDatabase(test.database);
  await test.database.endpoint.create({ data: { id: endpointId, ...testEndpoint() } });
});

async function save(observation: EndpointObservation, db: Transaction = test.database): Promise<void> {
  await saveSpans(db, {
    ...splitEndpointObservation(observation),
    endpointId,
    domainId: null,
    zoneId: null,
    vantage: observation.vantage,
    seenAt: observation.finishedAt,
  });
}

/** The same answer, with everything that differs from run to run. */
function laterRun(observation: EndpointObservation, ms: number): EndpointObservation {
  const changed = changeSessions(observation, (session) => ({
    startedAt: session.startedAt + ms,
    greeting: `* OK ready <${ms}@mail.example.org>`,
    transcript: [{ from: 'server', text: `* OK ready <${ms}>`, atMs: ms }],
    timings: { connectMs: ms, greetingMs: ms, handshakeMs: ms, totalMs: ms },
  }));
  return { ...changed, startedAt: changed.startedAt + ms, finishedAt: changed.finishedAt + ms };
}

const updateCounts = z.tuple([z.object({ all: z.number(), withoutIndex: z.number() })]);

/** Updates of spans that this connection made, and those of them that touched the heap only. */
async function countUpdates(tx: Transaction): Promise<z.infer<typeof updateCounts>> {
  return updateCounts.parse(
    await tx.$queryRaw`
      SELECT n_tup_upd::int AS all, n_tup_hot_upd::int AS "withoutIndex"
      FROM pg_stat_xact_user_tables WHERE relname = 'observation_span'`,
  );
}

const load = () => readLatestObservation(test.database, { endpointId, endpoint: testEndpoint() });

describe('spans', () => {
  it('are extended by runs that see the same, with the evidence of one of the last hour', async () => {
    const first = healthyEndpoint();
    await save(first);
    for (let run = 1; run <= 4; run += 1) await save(laterRun(first, run * 1000));
    expect(await load()).toEqual(first);
    await save(laterRun(first, 3_600_000));
    const spans = await test.database.observationSpan.findMany();
    // Addresses, two sessions and TLSA.
    expect(spans.map(({ runs }) => runs)).toEqual([6, 6, 6, 6]);
    expect(spans[0]).toMatchObject({
      firstSeen: new Date(first.finishedAt),
      lastSeen: new Date(first.finishedAt + 3_600_000),
    });
    expect(await load()).toEqual(laterRun(first, 3_600_000));
  });

  it('are extended without touching an index', async () => {
    const first = healthyEndpoint();
    await save(first);
    const updates = await test.database.$transaction(async (tx) => {
      const [before] = await countUpdates(tx);
      await save(laterRun(first, 1000), tx);
      const [after] = await countUpdates(tx);
      return { all: after.all - before.all, withoutIndex: after.withoutIndex - before.withoutIndex };
    });
    expect(updates).toEqual({ all: 4, withoutIndex: 4 });
  });

  it('know the last of each piece', async () => {
    const first = healthyEndpoint();
    await save(first);
    await save(
      laterRun(
        failSessions(first, { stage: 'connect', reason: 'refused' }, (index) => index === 0),
        1000,
      ),
    );
    await save({ ...laterRun(first, 2000), vantage: 'elsewhere' });
    const rows = await test.database.observationSpan.findMany({ where: { newest: false } });
    expect(rows).toMatchObject([{ kind: 'session', address: first.sessions[0]?.address, vantage: 'test' }]);
    await expect(test.database.observationSpan.count({ where: { newest: true } })).resolves.toBe(8);
  });

  it('begin where something changed, and only there', async () => {
    const first = healthyEndpoint();
    await save(first);
    const down = laterRun(
      failSessions(first, { stage: 'connect', reason: 'refused' }, (index) => index === 1),
      1000,
    );
    await save(down);
    const spans = await test.database.observationSpan.findMany({ where: { kind: 'session' } });
    expect(spans).toHaveLength(3);
    expect(await load()).toEqual(down);
  });

  it('are read back from whichever worker looked last', async () => {
    expect(await load()).toBeNull();
    const first = healthyEndpoint();
    await save(first);
    const elsewhere = { ...laterRun(first, 1000), vantage: 'elsewhere' };
    await save(elsewhere);
    expect(await load()).toEqual(elsewhere);
    await save(laterRun(first, 2000));
    expect((await load())?.vantage).toBe('test');
  });

  it('keep each certificate once', async () => {
    const observation = healthyEndpoint();
    await save(observation);
    await save(failSessions(observation, { stage: 'connect', reason: 'timeout' }));
    await save(observation);
    // Leaf, intermediate and the root of the path.
    expect(await test.database.certificate.count()).toBe(3);
  });

  it('keep what a second handshake showed, and begin when that changes', async () => {
    const rsa = issueCertificate({ commonName: 'mail.example.org', keyType: 'rsa' });
    const both = changeSessions(healthyEndpoint(), () => ({
      otherHandshake: { offered: 'rsa', tls: { ok: true, facts: trustedTls([rsa]) } },
    }));
    await save(both);
    expect(await load()).toEqual(both);
    expect(await test.database.certificate.count()).toBe(4);
    const failure = { stage: 'handshake', reason: 'tls', said: 'handshake failure' } as const;
    const gone = changeSessions(laterRun(both, 1000), () => ({
      otherHandshake: { offered: 'rsa', tls: { ok: false, failure } },
    }));
    await save(gone);
    expect(await load()).toEqual(gone);
    expect(await test.database.observationSpan.count({ where: { kind: 'session' } })).toBe(4);
  });

  it('do not run backwards with the clock', async () => {
    const first = healthyEndpoint();
    await save(laterRun(first, 60_000));
    await save(failSessions(first, { stage: 'connect', reason: 'timeout' }));
    await save(failSessions(first, { stage: 'connect', reason: 'timeout' }));
    const sessions = await test.database.observationSpan.findMany({
      where: { kind: 'session' },
      orderBy: { id: 'asc' },
    });
    expect(sessions.map(({ runs }) => runs).toSorted()).toEqual([1, 1, 2, 2]);
    expect((await load())?.sessions[0]?.failure?.reason).toBe('timeout');
  });

  it('keep every octet that a server sends', async () => {
    const hostile = String.fromCharCode(...Array.from({ length: 256 }, (_, octet) => octet));
    const observation = changeSessions(healthyEndpoint(), () => ({
      greeting: hostile,
      capabilitiesAfterTls: [hostile],
      transcript: [{ from: 'server', text: hostile, atMs: 1 }],
    }));
    await save(observation);
    expect(await load()).toEqual(observation);
  });
});
