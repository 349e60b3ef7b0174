import type { EndpointObservation } from '#lib/model/observation.ts';
import type { PlannedChange } from '#lib/planner/change.ts';
import { planChange } from '#lib/planner/plan.ts';
import { listEndpointIds, readPlanEvidence } from '#prisma/commands/plan-evidence.ts';
import { dayMs, testNow } from '#tests/support/certificates.ts';
import { createTestDatabase, type TestDatabase } from '#tests/support/database.ts';
import { createEngine, emptyDatabase } from '#tests/support/engine.ts';
import { healthyEndpoint, testPki, untrustedTls } from '#tests/support/observations.ts';

let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase();
});
beforeEach(() => emptyDatabase(test.database));
afterAll(() => test.close());

const host = 'mail.example.org';
const hosts = [host];

/** A host that is looked at once a day, `days` long, the last time now; `spoil` changes what is seen on a day. */
async function watchFor(days: number, spoil: (ago: number) => Partial<EndpointObservation> = () => ({})) {
  const engine = createEngine(test.database);
  const start = testNow - days * dayMs;
  engine.clock.advance(start - testNow);
  await engine.watch();
  for (let ago = days; ago >= 0; ago -= 0.5) {
    const at = testNow - ago * dayMs;
    engine.sight.endpoint = () => ({
      ...healthyEndpoint(),
      startedAt: at - 2000,
      finishedAt: at - 1000,
      ...spoil(ago),
    });
    await engine.runAll('probe');
    engine.clock.advance(dayMs / 2 - 1000);
  }
}

function read(change: PlannedChange) {
  return readPlanEvidence(test.database, { change, authorities: [], now: new Date(testNow) });
}

it('has every watched endpoint of the hosts, with what its addresses prove now', async () => {
  await watchFor(0);
  const evidence = await read({ op: 'drop_tlsa', hosts, ports: [] });
  expect(evidence.endpoints).toHaveLength(1);
  expect(evidence.endpoints[0]).toMatchObject({ name: host, seenAt: testNow - 1000, tlsa: null });
  expect(
    evidence.endpoints[0]?.addresses.map(({ address, proofs }) => [address, proofs['tls-cert'].draft.state]),
  ).toEqual([
    ['192.0.2.1', 'holds'],
    ['2001:db8::1', 'holds'],
  ]);
  // The CA of the path that is trusted today is one that clients trust.
  expect(evidence.authorities.map(({ subject }) => subject)).toEqual(['CN=Test Root']);
  expect(await listEndpointIds(test.database, { op: 'unsign_zone', zone: 'example.org' })).toHaveLength(1);
  expect((await read({ op: 'drop_tlsa', hosts: ['other.example.org'], ports: [] })).endpoints).toEqual([]);
});

it('tells a renewal by the CA of today from a certificate that nobody vouches for', async () => {
  await watchFor(0);
  const answerTo = async (pem: string) => {
    const change: PlannedChange = { op: 'new_certificate', hosts, ports: [], pem };
    const evidence = await read(change);
    const cube = { classes: new Map(), counts: [], coverage: [] };
    const { preconditions } = planChange({ change, cube, ledger: [], evidence, now: testNow });
    return preconditions.find(({ id }) => id === 'tls-cert')?.state;
  };
  expect(await answerTo(testPki.leaf.pem + testPki.intermediate.pem)).toBe('met');
  expect(await answerTo(testPki.leaf.pem)).toBe('unknown');
});

describe('days without a break', () => {
  const advertise: PlannedChange = { op: 'advertise', hosts, tag: 'tls-cert' };
  const provedFor = async (change = advertise) => {
    const { endpoints } = await read(change);
    return endpoints.flatMap(({ addresses }) =>
      addresses.map(({ provedSince }) =>
        typeof provedSince === 'number' ? Math.round((testNow - provedSince) / dayMs) : null,
      ),
    );
  };

  it('are counted on each address', async () => {
    await watchFor(20);
    expect(await provedFor()).toEqual([20, 20]);
    expect(await provedFor({ ...advertise, tag: 'tls-dane-tlsa' })).toEqual([null, null]);
    expect(await provedFor({ ...advertise, tag: 'x-other' })).toEqual([null, null]);
  });

  it('begin again after a fault of one address', async () => {
    const tls = untrustedTls([testPki.leaf], 'CERT_HAS_EXPIRED');
    await watchFor(20, (ago) => {
      const { sessions } = healthyEndpoint();
      return ago === 5 ? { sessions: sessions.map((one, index) => (index === 1 ? { ...one, tls } : one)) } : {};
    });
    expect(await provedFor()).toEqual([20, 5]);
  });
});
