import { undeclared } from '#lib/model/declaration.ts';
import { endpointKey, serviceTable } from '#lib/model/endpoint.ts';
import { saveDeclaration } from '#prisma/commands/declarations.ts';
import { requestDiscovery } from '#prisma/commands/domains.ts';
import { readJudgeContext } from '#prisma/commands/judge-context.ts';
import { readJudgeContexts } from '#prisma/commands/judge-contexts.ts';
import { readLatestObservations } from '#prisma/commands/latest-observation.ts';
import { saveFindings } from '#workers/store/findings.ts';
import { seedClient, seedServer } from '#tests/support/census.ts';
import { testNow } from '#tests/support/certificates.ts';
import { createTestDatabase, type TestDatabase } from '#tests/support/database.ts';
import { createEngine } from '#tests/support/engine.ts';
import {
  changeSessions,
  healthyDomain,
  healthyEndpoint,
  testAddresses,
  testEndpoint,
} from '#tests/support/observations.ts';

let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase();
  const engine = createEngine(test.database);
  const { domainId } = await engine.watch();
  engine.sight.probe = ({ target }) =>
    changeSessions(healthyEndpoint(target), ({ capabilitiesAfterTls }) => ({
      capabilitiesAfterTls: [...(capabilitiesAfterTls ?? []), 'DEEP tls12'],
    }));
  engine.sight.domain = () => ({
    ...healthyDomain(),
    endpoints: serviceTable
      .filter(({ service }) => service === 'imap')
      .map(({ service, tlsMode }) => {
        return { target: testEndpoint(service, tlsMode), origin: 'srv', priority: 0, weight: 1 } as const;
      }),
  });
  await test.database.$transaction((tx) => requestDiscovery(tx, { domainId, actor: 'test', now: new Date() }));
  await engine.runDue('discover');
  await engine.runAll('probe');
});
afterAll(() => test.close());

/** Every endpoint with its latest run, as both readers take it. */
async function runs() {
  const rows = await test.database.endpoint.findMany({ orderBy: { id: 'asc' } });
  const wanted = rows.flatMap(({ id, host, port }) => {
    const row = serviceTable.find((one) => one.port === port);
    return row === undefined
      ? []
      : [{ endpointId: id, endpoint: { service: row.service, tlsMode: row.tlsMode, host, port } }];
  });
  const observations = await readLatestObservations(test.database, wanted);
  return wanted.flatMap((one) => {
    const observation = observations.get(one.endpointId);
    return observation === undefined ? [] : [{ ...one, observation }];
  });
}

it('tells of several endpoints what is told of each alone', async () => {
  const [first, second] = await runs();
  if (first === undefined || second === undefined) throw new Error('two endpoints are watched');
  await test.database.$transaction((tx) =>
    saveDeclaration(tx, {
      ...{ endpointId: first.endpointId, actor: 'operator', now: new Date(testNow) },
      declaration: { ...undeclared, expectsDeep: true, frontOf: endpointKey(second.endpoint) },
    }),
  );
  const subject = { kind: 'endpoint', endpoint: second.endpoint, address: testAddresses[0] } as const;
  await saveFindings(test.database, {
    ...{ endpointId: second.endpointId, domainId: null, zoneId: null, listed: null, now: testNow },
    judgements: [{ code: 'mixed-backends', subject, verdict: 'fail', params: {} }],
  });
  // By an address, where the report has no name.
  const server = await seedServer(test.database, { host: '', address: testAddresses[0], service: 'imap' });
  const client = await seedClient(test.database, 'Courier', '7');
  await test.database.latchFailure.create({
    data: { slot: new Date(testNow), network: '', tag: 'tls-cert', source: 1, reports: 1, server, client },
  });
  const all = await runs();
  const together = await readJudgeContexts(test.database, all);
  const alone = new Map(
    await Promise.all(
      all.map(async (run) => {
        const now = run.observation.finishedAt;
        return [run.endpointId, await readJudgeContext(test.database, { ...run, now })] as const;
      }),
    ),
  );
  expect(together).toEqual(alone);
  const contexts = [...together.values()];
  expect(contexts.every(({ baseline, commitments }) => baseline !== undefined && commitments?.length !== 0)).toBe(true);
  expect(contexts.filter(({ backend }) => backend !== undefined)).toHaveLength(1);
  expect(contexts.filter(({ mixedAddresses }) => mixedAddresses?.length === 1)).toHaveLength(1);
  expect(contexts.filter(({ reports }) => reports !== undefined)).toHaveLength(1);
});

it('asks nothing where there is nothing to judge', async () => {
  await expect(readJudgeContexts(test.database, [])).resolves.toEqual(new Map());
});
