import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { environmentRouteId } from '#lib/model/alert-route.ts';
import { openDatabase } from '#prisma/client.ts';
import { migrate } from '#prisma/migrate.ts';
import { createEmptyDatabase, createTestDatabase } from '#tests/support/database.ts';

async function query(url: string, sql: string): Promise<readonly Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

async function refusal(url: string, folder?: string): Promise<string> {
  const result = await migrate(url, folder);
  return result.ok ? `applied ${result.applied.join(', ')}` : result.reason;
}

function migrationsFolder(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'latchwatch-migrations-'));
  for (const [name, sql] of Object.entries(files)) {
    mkdirSync(join(folder, name));
    writeFileSync(join(folder, name, 'migration.sql'), sql);
  }
  return folder;
}

describe('the Prisma models and the migrated database', () => {
  it('agree: every model can be read with all its columns', async () => {
    const { database, url, close } = await createTestDatabase();
    try {
      const counts = [
        await database.domain.findMany(),
        await database.discovery.findMany(),
        await database.endpoint.findMany(),
        await database.domainEndpoint.findMany(),
        await database.zone.findMany(),
        await database.domainZone.findMany(),
        await database.task.findMany(),
        await database.connectionSlot.findMany(),
        await database.workerHeartbeat.findMany(),
        await database.certificate.findMany(),
        await database.certificatePlace.findMany(),
        await database.commitment.findMany(),
        await database.commitmentSighting.findMany(),
        await database.declaration.findMany(),
        await database.baseline.findMany(),
        await database.changeDecision.findMany(),
        await database.exception.findMany(),
        await database.knownCertificate.findMany(),
        await database.observationSpan.findMany(),
        await database.finding.findMany(),
        await database.incident.findMany(),
        await database.incidentEvent.findMany(),
        await database.notice.findMany(),
        await database.apiToken.findMany(),
        await database.setupLink.findMany(),
        await database.user.findMany(),
        await database.session.findMany(),
        await database.account.findMany(),
        await database.verification.findMany(),
        await database.rateLimit.findMany(),
        await database.reportSource.findMany(),
        await database.reportCount.findMany(),
        await database.rejectedReport.findMany(),
        await database.reportBatch.findMany(),
        await database.clientName.findMany(),
        await database.mailServer.findMany(),
        await database.tagSet.findMany(),
        await database.clientTls.findMany(),
        await database.censusClass.findMany(),
        await database.latchHolder.findMany(),
        await database.latchHolderBefore.findMany(),
        await database.censusCube.findMany(),
        await database.retentionChoice.findMany(),
        await database.censusDay.findMany(),
        await database.censusDelta.findMany(),
        await database.sessionReport.findMany(),
        await database.anonymousReport.findMany(),
        await database.loginCount.findMany(),
        await database.latchFailure.findMany(),
        await database.latchFailureHour.findMany(),
        await database.tlsReport.findMany(),
        await database.latchBounce.findMany(),
        await database.erasedAccount.findMany(),
        await database.auditEntry.findMany(),
        await database.probeAddress.findMany(),
        await database.changePlan.findMany(),
        await database.preflight.findMany(),
        await database.setupRun.findMany(),
        await database.setupStep.findMany(),
        await database.rollover.findMany(),
        // Its one row is always there.
        (await database.eventFeed.findMany()).filter(({ id }) => id !== 1),
        await database.externalRef.findMany(),
        await database.idempotentRequest.findMany(),
        await database.silence.findMany(),
        // The route of the environment is always there.
        (await database.alertRoute.findMany()).filter(({ id }) => id !== environmentRouteId),
        await database.routeProof.findMany(),
        await database.vitalSign.findMany(),
      ].map((rows) => rows.length);
      const tables = await query(
        url,
        `SELECT table_name FROM information_schema.tables
          WHERE table_schema = 'public' AND table_name <> '_prisma_migrations'`,
      );
      // A table more than the models above is a model that nobody read here.
      expect(counts).toEqual(tables.map(() => 0));
    } finally {
      await close();
    }
  });
});

describe('migrate', () => {
  const cleanUp: (() => unknown)[] = [];
  afterEach(async () => {
    for (const step of cleanUp.splice(0)) await step();
  });

  async function emptyDatabase(): Promise<string> {
    const { url, drop } = await createEmptyDatabase();
    cleanUp.push(drop);
    return url;
  }

  function folderOf(files: Readonly<Record<string, string>>): string {
    const folder = migrationsFolder(files);
    cleanUp.push(() => rmSync(folder, { recursive: true }));
    return folder;
  }

  it('applies each migration once when several processes start together', async () => {
    const url = await emptyDatabase();
    const results = await Promise.all([migrate(url), migrate(url), migrate(url)]);
    const applied = results.map((result) => (result.ok ? result.applied : result.reason));
    expect(applied.filter((names) => names.length > 0)).toHaveLength(1);
    const rows = await query(url, 'SELECT migration_name FROM _prisma_migrations WHERE finished_at IS NOT NULL');
    expect(rows.map((row) => row['migration_name'])).toEqual(applied.flat());
    const database = openDatabase(url);
    await expect(database.domain.count()).resolves.toBe(0);
    await database.$disconnect();
  });

  it('leaves nothing of a migration that fails, so that the next start can try it again', async () => {
    const url = await emptyDatabase();
    const folder = folderOf({
      '1_good': 'CREATE TABLE a (n int);',
      '2_bad': 'CREATE TABLE b (n int); SELECT * FROM missing;',
    });
    await expect(refusal(url, folder)).resolves.toMatch(/^Migration 2_bad .*relation "missing" does not exist\.$/);
    writeFileSync(join(folder, '2_bad', 'migration.sql'), 'CREATE TABLE b (n int);');
    await expect(migrate(url, folder)).resolves.toEqual({ ok: true, applied: ['2_bad'] });
    await expect(migrate(url, folder)).resolves.toEqual({ ok: true, applied: [] });
  });

  it('runs what Postgres does only outside of a transaction', async () => {
    const url = await emptyDatabase();
    const folder = folderOf({
      '1_table': 'CREATE TABLE a (n int);',
      '2_index': 'CREATE INDEX CONCURRENTLY a_n ON a (n);',
    });
    await expect(migrate(url, folder)).resolves.toEqual({ ok: true, applied: ['1_table', '2_index'] });
  });

  it.each([
    [
      'was begun and never finished',
      `INSERT INTO _prisma_migrations (id, checksum, migration_name) VALUES ('x', 'x', '2_next')`,
    ],
    [
      'does not know',
      `INSERT INTO _prisma_migrations (id, checksum, migration_name, finished_at) VALUES ('x', 'x', '9_later', now())`,
    ],
    ['differs from the one', `UPDATE _prisma_migrations SET checksum = 'x'`],
  ])('refuses with a sentence a database whose migration %s', async (words, sql) => {
    const url = await emptyDatabase();
    const folder = folderOf({ '1_first': 'CREATE TABLE a (n int);' });
    await migrate(url, folder);
    await query(url, sql);
    await expect(refusal(url, folder)).resolves.toContain(words);
  });

  it('says that the database does not answer', async () => {
    await expect(refusal('postgresql://a:b@127.0.0.1:1/none')).resolves.toMatch(
      /^The database cannot be reached: .*ECONNREFUSED/,
    );
  });
});
