import { GET as getMetrics } from '#app/metrics/route.ts';
import { GET as getReadiness } from '#app/readyz/route.ts';
import { expositionContentType } from '#lib/metrics/exposition.ts';
import { version } from '#lib/version.ts';
import { latestMigration } from '#prisma/latest-migration.ts';
import { createRoute } from '#prisma/commands/routes.ts';
import { readdirSync } from 'node:fs';
import { bearer, call, openConsole, type ConsoleUnderTest } from '#tests/app/support/console.ts';
import { parseExposition } from '#tests/support/exposition.ts';

let app: ConsoleUnderTest;
beforeAll(async () => {
  app = await openConsole();
});
afterAll(() => app.close());

const beat = (at: Date) =>
  app.database.workerHeartbeat.upsert({
    where: { id: 'w' },
    create: { id: 'w', vantage: 'local', startedAt: at, beatAt: at },
    update: { beatAt: at },
  });

async function readMetrics() {
  const response = await call(getMetrics, { path: '/metrics', headers: bearer(await app.token('status:read')) });
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toBe(expositionContentType);
  const families = parseExposition(await response.text());
  return (name: string) => families.find((family) => family.name === name)?.samples ?? [];
}

describe('/readyz', () => {
  it('is ready with a migrated database and a worker that lives, and says what is missing', async () => {
    const without = await getReadiness();
    expect(without.status).toBe(503);
    expect(without.headers.get('content-type')).toBe('application/problem+json');
    expect(await without.json()).toMatchObject({ status: 503, detail: 'No worker has started yet.' });
    await beat(new Date());
    const ready = await getReadiness();
    expect([ready.status, await ready.text()]).toEqual([200, 'ready\n']);
    await app.database
      .$executeRaw`UPDATE _prisma_migrations SET finished_at = NULL WHERE migration_name = ${latestMigration}`;
    const old = await getReadiness();
    expect(await old.json()).toMatchObject({ detail: 'The database is not up to date: run `latchwatch migrate`.' });
    await app.database
      .$executeRaw`UPDATE _prisma_migrations SET finished_at = now() WHERE migration_name = ${latestMigration}`;
  });

  it('knows the last migration of the folder', () => {
    const names = readdirSync('prisma/migrations', { withFileTypes: true }).filter((entry) => entry.isDirectory());
    expect(
      names
        .map(({ name }) => name)
        .toSorted()
        .at(-1),
    ).toBe(latestMigration);
  });
});

describe('/metrics', () => {
  it('tells what there is in a form that a collector reads', async () => {
    const now = new Date();
    await beat(now);
    await app.database.endpoint.create({
      data: {
        ...{ id: 'e', service: 'imap', tlsMode: 'implicit', host: 'mail.example.org', port: 993, lastVerdict: 'fail' },
        domains: {
          create: {
            origin: 'manual',
            firstSeen: now,
            lastSeen: now,
            domain: { create: { id: 'd', name: 'example.org', createdBy: 'test' } },
          },
        },
      },
    });
    await app.database.vitalSign.create({
      data: { name: 'database-write', vantage: '', at: new Date(now.getTime() - 90_000), detail: { said: null } },
    });
    await createRoute(app.database, {
      name: 'Stranger "\n'.trim(),
      way: { kind: 'alertmanager', config: { url: 'https://alerts.example.com' } },
      ...{ secret: null, minSeverity: 'error', escalateAfterMinutes: 0, outOfBand: false },
      ...{ actor: 'test', now, installationSecret: 'a secret of at least thirty-two characters' },
    });
    await app.database.vitalSign.create({
      data: { name: 'ingest', vantage: 'taker:4190', at: now, detail: { process: 'p', waitedMs: 2500, putOff: 3 } },
    });
    const died = new Date(now.getTime() - 60_000);
    await app.database.vitalSign.create({
      data: { name: 'ingest', vantage: 'gone:4190', at: died, detail: { process: 'q', waitedMs: 90_000, putOff: 9 } },
    });
    const samplesOf = await readMetrics();
    expect(samplesOf('latchwatch_ingest_alive')).toEqual([{ labels: {}, value: 1 }]);
    expect(samplesOf('latchwatch_ingest_put_off')).toEqual([{ labels: { place: 'taker:4190' }, value: 3 }]);
    expect(samplesOf('latchwatch_ingest_waited_seconds')).toEqual([{ labels: { place: 'taker:4190' }, value: 2.5 }]);
    expect(samplesOf('latchwatch_build_info')).toEqual([{ labels: { version }, value: 1 }]);
    expect(samplesOf('latchwatch_workers_alive')).toEqual([{ labels: {}, value: 1 }]);
    expect(samplesOf('latchwatch_endpoints')).toEqual([{ labels: { verdict: 'fail' }, value: 1 }]);
    expect(samplesOf('latchwatch_incidents_open').map(({ value }) => value)).toEqual([0, 0, 0, 0]);
    expect(samplesOf('latchwatch_notices_pending')).toEqual([{ labels: {}, value: 0 }]);
    const [sign] = samplesOf('latchwatch_vital_sign_age_seconds');
    expect(sign?.labels).toEqual({ sign: 'database-write', vantage: '' });
    expect(sign?.value).toBeGreaterThanOrEqual(90);
    const proofs = samplesOf('latchwatch_route_proof_age_seconds');
    expect(proofs.map(({ labels, value }) => [labels['name'], value])).toEqual(
      expect.arrayContaining([
        ['Mail', Infinity],
        ['Stranger "', Infinity],
      ]),
    );
  });
});
