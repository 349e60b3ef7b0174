import type { EndpointObservation } from '#lib/model/observation.ts';
import { createTestDatabase, type TestDatabase } from '#tests/support/database.ts';
import { createEngine, emptyDatabase } from '#tests/support/engine.ts';
import { changeSessions, healthyEndpoint, testPki, untrustedTls } from '#tests/support/observations.ts';

let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase();
});
afterAll(() => test.close());
beforeEach(() => emptyDatabase(test.database));

const silent = (): EndpointObservation =>
  changeSessions(healthyEndpoint(), () => ({
    capabilitiesAfterTls: ['IMAP4rev1', 'AUTH=PLAIN'],
    identityAfterTls: null,
  }));

async function probe(engine: ReturnType<typeof createEngine>, times: number): Promise<void> {
  for (let index = 0; index < times; index += 1) expect(await engine.runAll('probe')).toBe(1);
}

function incidentsOf(code: string) {
  return test.database.incident.findMany({ where: { code }, orderBy: { instance: 'asc' } });
}

it('a tag that was advertised once and is gone is a critical incident, until it is back', async () => {
  const engine = createEngine(test.database);
  await engine.watch();
  await probe(engine, 1);
  expect((await test.database.commitment.findMany({ orderBy: { tag: 'asc' } })).map(({ tag }) => tag)).toEqual([
    'tls-cert',
    'tls10',
    'tls12',
  ]);
  engine.sight.endpoint = silent;
  await probe(engine, 2);
  const [incident] = await incidentsOf('tag-withdrawn');
  expect(incident).toMatchObject({ state: 'firing', severity: 'critical' });
  expect(incident?.params).toMatchObject({ tags: ['tls-cert', 'tls10', 'tls12'], after: [] });

  // However long it stays away, the ledger keeps it and the incident does not end by itself.
  engine.clock.advance(40 * 86_400_000);
  await probe(engine, 2);
  expect(await incidentsOf('tag-withdrawn')).toMatchObject([{ state: 'firing', instance: 1 }]);

  engine.sight.endpoint = healthyEndpoint;
  await probe(engine, 3);
  expect(await incidentsOf('tag-withdrawn')).toMatchObject([{ state: 'resolved' }]);
});

it('a tag that is gone is still to be proved', async () => {
  const engine = createEngine(test.database);
  await engine.watch();
  await probe(engine, 1);
  engine.sight.endpoint = () =>
    changeSessions(silent(), (session, index) =>
      index === 1 ? { tls: untrustedTls([testPki.leaf], 'DEPTH_ZERO_SELF_SIGNED_CERT') } : session,
    );
  await probe(engine, 2);
  const [incident] = await incidentsOf('tag-tls-cert-broken');
  expect(incident).toMatchObject({ state: 'firing', severity: 'critical', affected: ['2001:db8::1'] });
  expect(await incidentsOf('tag-tls12-broken')).toEqual([]);
});
