import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { pseudonymOf, type PseudonymKeys } from '#lib/census/pseudonym.ts';
import type { Report } from '#lib/model/report.ts';
import { openCensusStore, type CensusStore } from '#workers/store/census/census-store.ts';
import { createTestDatabase, type TestDatabase } from '#tests/support/database.ts';
import { testReport } from '#tests/support/reports.ts';

/* The census against a real Postgres: what is counted, and that nothing is counted twice. */

const key = (text: string): Buffer => createHash('sha256').update(text).digest();
const keys: PseudonymKeys = { current: key('now'), previous: null };
const noon = Date.UTC(2026, 10, 25, 12);
const dayMs = 24 * 60 * 60 * 1000;

let db: TestDatabase;
let store: CensusStore;
let batchNumber = 0;
let now = noon;

const open = (withKeys: PseudonymKeys): CensusStore =>
  openCensusStore({
    databaseUrl: db.url,
    keys: withKeys,
    own: { has: (address) => address === '198.51.100.9', refresh: () => Promise.resolve() },
    now: () => now,
  });

async function send(reports: readonly Report[], batch: { source?: number; batchId?: string } = {}) {
  batchNumber += 1;
  const [answer] = await store.commit([
    { source: batch.source ?? 1, batchId: batch.batchId ?? `b${String(batchNumber)}`, reports, rejected: [] },
  ]);
  return answer;
}

/** The census in words: account, client, server, latched, TLS version, days. */
async function census(): Promise<readonly unknown[]> {
  return db.database.$queryRaw<unknown[]>`
    SELECT replace(h.account::text, '-', '') AS account, c.name || ' ' || c.version AS client, s.host || s.address AS server,
      s.service, array_to_string(l.tags, ' ') AS latched, t.version AS tls, h.first_day::text, h.last_day::text,
      h.source::int
    FROM latch_holder h JOIN census_class k ON k.id = h.class JOIN client_name c ON c.id = k.client
      JOIN mail_server s ON s.id = k.server JOIN tag_set l ON l.id = k.latched JOIN client_tls t ON t.id = k.tls
    ORDER BY 1, 2, 3, 4`;
}

/** The cube as it is read, and as the rows say that it should be. */
async function cubes(): Promise<{ readonly kept: readonly unknown[]; readonly counted: readonly unknown[] }> {
  const kept = await db.database.$queryRaw<unknown[]>`
    SELECT class, week::text, sum(n)::int AS holders FROM (
      SELECT class, week, holders AS n FROM census_cube UNION ALL SELECT class, week, change FROM census_delta) AS cells
    GROUP BY class, week HAVING sum(n) <> 0 ORDER BY 1, 2`;
  const counted = await db.database.$queryRaw<unknown[]>`
    SELECT class, date_trunc('week', last_day)::date::text AS week, count(*)::int AS holders
    FROM latch_holder GROUP BY 1, 2 ORDER BY 1, 2`;
  return { kept, counted };
}

beforeAll(async () => {
  db = await createTestDatabase();
  for (const [index, name] of ['front', 'back'].entries()) {
    await db.database.reportSource.create({
      data: { id: name, name, tokenHash: name, perSecond: 1000, createdAt: new Date(index), createdBy: 'test' },
    });
  }
});

beforeEach(async () => {
  now = noon;
  await db.database.$executeRaw`
    TRUNCATE latch_holder, latch_holder_before, census_cube, census_delta, session_report, anonymous_report, login_count,
      latch_failure, report_batch, report_count, erased_account`;
  store = open(keys);
});

afterEach(() => store.close());
afterAll(() => db.close());

describe('a report of a client that logged in', () => {
  it('becomes one row under a pseudonym', async () => {
    expect(await send([testReport()])).toEqual({ accepted: 1, duplicate: 0, rejected: [], revoked: false });
    expect(await census()).toEqual([
      {
        account: pseudonymOf(keys.current, 'ada@example.org'),
        client: 'Demo 1.5',
        server: 'mail.example.org',
        service: 'imap',
        latched: 'tls-cert tls10',
        tls: 'TLSv1.3',
        first_day: '2026-11-25',
        last_day: '2026-11-25',
        source: 1,
      },
    ]);
  });

  it('writes nothing when it says what is known', async () => {
    await send([testReport()]);
    const version = await db.database.$queryRaw`SELECT xmin::text, ctid::text FROM latch_holder`;
    await send([testReport({ observedAt: noon + 60_000 })]);
    expect(await db.database.$queryRaw`SELECT xmin::text, ctid::text FROM latch_holder`).toEqual(version);
  });

  it('moves the row to what the latest report says, whatever the order of arrival', async () => {
    const late = testReport({ observedAt: noon, latches: { latched: ['tls12'], supported: [], failed: [] } });
    await send([late]);
    await send([testReport({ observedAt: noon - dayMs })]);
    expect(await census()).toMatchObject([{ latched: 'tls12', first_day: '2026-11-24', last_day: '2026-11-25' }]);
  });

  it('keeps latches when a later session is silent on them', async () => {
    await send([testReport()]);
    await send([testReport({ observedAt: noon + dayMs, latches: null })]);
    expect(await census()).toMatchObject([{ latched: 'tls-cert tls10', last_day: '2026-11-26' }]);
  });

  it('counts the login with what its client said', async () => {
    await send([
      testReport(),
      testReport({ latches: null }),
      testReport({ latches: null, client: null }),
      testReport({ service: 'pop3', latches: null, client: null, session: 'p1' }),
    ]);
    const rows = await db.database.loginCount.findMany({ orderBy: { logins: 'desc' } });
    expect(rows).toMatchObject([
      { logins: 3n, named: 2n, spokeOfLatches: 1n },
      { logins: 1n, named: 0n, spokeOfLatches: 0n },
    ]);
  });
});

describe('a batch', () => {
  it('that is sent twice counts once', async () => {
    const failing = testReport({ latches: { latched: ['tls12'], supported: [], failed: ['tls12'] } });
    await send([failing, testReport({ account: { kind: 'none' }, isLogin: false })], { batchId: 'same' });
    expect(await send([failing], { batchId: 'same' })).toEqual({
      accepted: 0,
      duplicate: 1,
      rejected: [],
      revoked: false,
    });
    expect(await db.database.latchFailure.findMany()).toMatchObject([{ network: '192.0.2.0/24', reports: 1n }]);
    expect(await db.database.anonymousReport.findMany()).toMatchObject([{ reports: 1n }]);
    expect(await db.database.loginCount.findMany()).toMatchObject([{ logins: 1n }]);
  });

  it('of a source that was revoked in the meantime is not taken', async () => {
    await db.database.reportSource.update({ where: { id: 'back' }, data: { revokedAt: new Date(noon) } });
    expect(await send([testReport()], { source: 2 })).toMatchObject({ accepted: 0, revoked: true });
    expect(await census()).toEqual([]);
    await db.database.reportSource.update({ where: { id: 'back' }, data: { revokedAt: null } });
  });

  it('drops an account that was erased', async () => {
    const account = pseudonymOf(keys.current, 'ada@example.org');
    await db.database.erasedAccount.create({ data: { account, until: new Date(Date.now() + dayMs) } });
    await send([testReport()]);
    expect(await census()).toEqual([]);
  });

  it('leaves behind what another source had said', async () => {
    await send([testReport()]);
    const other = testReport({ observedAt: noon + 1000, latches: { latched: [], supported: [], failed: [] } });
    await send([other], { source: 2 });
    expect(await census()).toMatchObject([{ latched: '', source: 2 }]);
    expect(await db.database.latchHolderBefore.findMany()).toMatchObject([{ takenBy: 2, source: 1 }]);
  });
});

describe('the halves of a session', () => {
  const told = testReport({ session: 's1', account: { kind: 'none' }, isLogin: false });
  const login = testReport({ session: 's1', client: null, latches: null, observedAt: noon + 500 });

  it('become one row, whether they come together or not', async () => {
    await send([told, login]);
    const together = await census();
    await db.database.$executeRaw`TRUNCATE latch_holder, login_count`;
    await send([told]);
    expect(await census()).toEqual([]);
    expect(await db.database.sessionReport.count()).toBe(1);
    await send([login]);
    expect(await census()).toEqual(together);
    expect(together).toMatchObject([{ client: 'Demo 1.5', latched: 'tls-cert tls10' }]);
    expect(await db.database.sessionReport.count()).toBe(0);
    expect(await db.database.loginCount.findMany()).toMatchObject([{ logins: 1n, named: 1n, spokeOfLatches: 1n }]);
  });

  it('join when the client says its name after the login, which still counts once', async () => {
    await send([login]);
    await send([testReport({ session: 's1', tls: null, isLogin: false, observedAt: noon + 900 })]);
    expect(await census()).toMatchObject([{ client: 'Demo 1.5', tls: 'TLSv1.3' }]);
    expect(await db.database.loginCount.findMany()).toMatchObject([{ logins: 1n, named: 1n, spokeOfLatches: 1n }]);
  });

  it('join for submission too, where one line has the CLIENT command and another one the user', async () => {
    const port = { service: 'submission', session: 'smtpd 1' } as const;
    await send([testReport({ ...port, account: { kind: 'none' }, isLogin: false })]);
    await send([testReport({ ...port, client: null, latches: null, observedAt: noon + 500 })]);
    expect(await census()).toMatchObject([{ client: 'Demo 1.5', service: 'submission', latched: 'tls-cert tls10' }]);
    expect(await db.database.loginCount.findMany()).toMatchObject([{ logins: 1n, named: 1n }]);
  });

  it('join although the later one does not say at which server, and are left when there is nothing to join', async () => {
    const late = testReport({
      session: 's1',
      tls: null,
      isLogin: false,
      server: { host: null, address: null, port: null },
    });
    await send([login]);
    await send([late]);
    await send([late]);
    expect(await census()).toMatchObject([{ client: 'Demo 1.5', server: 'mail.example.org' }]);
    expect(await db.database.sessionReport.count()).toBe(0);
  });

  it('stay anonymous, or without a name, when the other one never comes', async () => {
    await send([told, { ...login, session: 's2' }]);
    now = noon + 11 * 60_000;
    await store.tidy();
    expect(await db.database.sessionReport.count()).toBe(0);
    expect(await db.database.anonymousReport.findMany()).toMatchObject([{ reports: 1n }]);
    expect(await census()).toMatchObject([{ client: ' ', latched: '' }]);
    expect(await db.database.loginCount.findMany()).toMatchObject([{ logins: 1n, named: 0n }]);
  });

  it('of our own probes are not counted, but a name alone exempts nobody', async () => {
    const probe = { ...told, client: { name: 'latchwatch', version: '' }, clientAddress: '198.51.100.9' };
    await send([probe, { ...probe, session: 's3', clientAddress: '203.0.113.5' }]);
    expect(await db.database.sessionReport.count()).toBe(1);
    expect(await db.database.reportCount.findMany()).toMatchObject([{ accepted: 1n, own: 1n }]);
  });
});

describe('keys that change', () => {
  it('move an account to its new pseudonym on sight, and join it with what is there', async () => {
    await send([testReport(), testReport({ client: { name: 'Other', version: '2' } })]);
    await store.close();
    store = open({ current: key('next'), previous: keys.current });
    await send([testReport({ observedAt: noon + dayMs })]);
    const account = pseudonymOf(key('next'), 'ada@example.org');
    expect(await census()).toMatchObject([
      { account, client: 'Demo 1.5', first_day: '2026-11-25', last_day: '2026-11-26' },
      { account, client: 'Other 2' },
    ]);
    const { kept, counted } = await cubes();
    expect(kept).toEqual(counted);
  });

  it('move an account too whose reports are halves of a session, with the half that names it', async () => {
    await send([testReport(), testReport({ client: { name: 'Other', version: '2' } })]);
    await store.close();
    store = open({ current: key('next'), previous: keys.current });
    const account = pseudonymOf(key('next'), 'ada@example.org');
    const observedAt = noon + dayMs;
    const told = testReport({ session: 's1', account: { kind: 'none' }, isLogin: false, observedAt });
    const login = testReport({ session: 's1', client: null, latches: null, observedAt });
    await send([told]);
    await send([login]);
    expect(await census()).toMatchObject([
      { account, client: 'Demo 1.5', first_day: '2026-11-25', last_day: '2026-11-26' },
      { account, client: 'Other 2', first_day: '2026-11-25', last_day: '2026-11-25' },
    ]);
    const { kept, counted } = await cubes();
    expect(kept).toEqual(counted);
  });

  it('move an account when its pseudonyms come from the sender, but not for a source that was revoked', async () => {
    const account = pseudonymOf(key('next'), 'ada@example.org');
    const previous = pseudonymOf(keys.current, 'ada@example.org');
    await send([testReport()]);
    const login = testReport({
      account: { kind: 'pseudonym', pseudonym: account, previous },
      session: 's1',
      client: null,
      latches: null,
    });
    await db.database.reportSource.update({ where: { id: 'back' }, data: { revokedAt: new Date(noon) } });
    await send([login], { source: 2 });
    await db.database.reportSource.update({ where: { id: 'back' }, data: { revokedAt: null } });
    expect(await census()).toMatchObject([{ account: previous }]);
    await send([login]);
    expect(await census()).toMatchObject([{ account, client: 'Demo 1.5' }]);
  });

  it('leave the rows of an account alone whose sender names the same pseudonym twice', async () => {
    const account = pseudonymOf(keys.current, 'ada@example.org');
    await send([testReport(), testReport({ client: { name: 'Other', version: '2' } })]);
    const before = await census();
    await send([testReport({ account: { kind: 'pseudonym', pseudonym: account, previous: account } })]);
    expect(await census()).toEqual(before);
  });

  it('move what they can of an account for which the sender names two pseudonyms before', async () => {
    const as = (pseudonym: string, previous: string | null, session: string | null = null): Report =>
      testReport({
        account: { kind: 'pseudonym', pseudonym: pseudonym.repeat(32), previous: previous?.repeat(32) ?? null },
        ...(session === null ? {} : { session, client: null, latches: null }),
      });
    await send([as('1', null), as('2', null)]);
    await send([as('a', '1', 's1'), as('a', '2', 's2')]);
    expect(await census()).toHaveLength(2);
    await send([as('a', '1', 's3')]);
    expect(await census()).toMatchObject([{ account: 'a'.repeat(32), client: 'Demo 1.5' }]);
    const { kept, counted } = await cubes();
    expect(kept).toEqual(counted);
  });
});

describe('random reports in random batches', () => {
  const tags = fc.subarray(['tls-cert', 'tls-dane-tlsa', 'tls10', 'tls12']);
  const reports = fc.array(
    fc
      .record({
        user: fc.integer({ min: 0, max: 5 }),
        client: fc.constantFrom('A', 'B'),
        minute: fc.integer({ min: 0, max: 40 * 24 * 60 }),
        latches: fc.option(fc.record({ latched: tags, supported: tags, failed: tags })),
      })
      .map(({ user, client, minute, latches }) =>
        testReport({
          account: { kind: 'name', name: `user${String(user)}` },
          client: { name: client, version: '1' },
          observedAt: noon - minute * 60_000,
          latches,
        }),
      ),
    { maxLength: 12 },
  );

  it('count in the cube what the rows say, folded or not, and as often as there are logins', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(reports, { minLength: 1, maxLength: 6 }), async (batches) => {
        await db.database
          .$executeRaw`TRUNCATE latch_holder, latch_holder_before, census_cube, census_delta, login_count, report_batch`;
        for (const [index, batch] of batches.entries()) {
          await send(batch, { source: 1 + (index % 2) });
          if (index % 3 === 1) await store.tidy();
        }
        const { kept, counted } = await cubes();
        expect(kept).toEqual(counted);
        const logins = (await db.database.loginCount.findMany()).reduce((sum, row) => sum + Number(row.logins), 0);
        expect(logins).toBe(batches.flat().length);
        const clients = new Set(batches.flat().map((one) => JSON.stringify([one.account, one.client])));
        expect(await census()).toHaveLength(clients.size);
      }),
      { numRuns: 25 },
    );
  });
});
