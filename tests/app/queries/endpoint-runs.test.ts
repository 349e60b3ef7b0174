import { listRunStarts, readRunAt } from '#app/_queries/endpoint-runs.ts';
import { compareRuns } from '#lib/evidence/compare-runs.ts';
import type { EndpointObservation } from '#lib/model/observation.ts';
import { openConsole, type ConsoleUnderTest } from '#tests/app/support/console.ts';
import { issueCertificate } from '#tests/support/certificates.ts';
import { createEngine } from '#tests/support/engine.ts';
import {
  changeSessions,
  failSessions,
  healthyEndpoint,
  testAddresses,
  testEndpoint,
  trustedTls,
} from '#tests/support/observations.ts';

let app: ConsoleUnderTest;
let endpoint: { readonly id: string; readonly target: ReturnType<typeof testEndpoint> };
const instants: Date[] = [];

const healthy = healthyEndpoint();
const renewed = changeSessions(healthy, (_session, index) =>
  index === 0 ? { tls: trustedTls([issueCertificate({ commonName: 'mail.example.org' })]) } : {},
);
const alone: EndpointObservation = {
  ...renewed,
  addresses: { ok: true, facts: { list: [testAddresses[0]], lookups: [] } },
  sessions: renewed.sessions.slice(0, 1),
};
/** What eight probes in a row see: four different things. */
const history = [
  healthy,
  healthy,
  healthy,
  renewed,
  renewed,
  failSessions(renewed, { stage: 'connect', reason: 'refused' }),
  alone,
  alone,
];

beforeAll(async () => {
  app = await openConsole();
  const engine = createEngine(app.database);
  const { endpointId } = await engine.watch();
  endpoint = { id: endpointId, target: testEndpoint() };
  for (const [index, observation] of history.entries()) {
    const finishedAt = observation.finishedAt + index * 60_000;
    engine.sight.endpoint = () => ({ ...observation, finishedAt });
    engine.clock.advance(60_000);
    await engine.runAll('probe');
    instants.push(new Date(finishedAt));
  }
});
afterAll(async () => {
  await app.close();
});

function instant(index: number): Date {
  return instants[index] ?? new Date(0);
}

async function runAt(at: Date) {
  const run = await readRunAt(endpoint, { at, vantage: null });
  if (run === null) throw new Error('no run');
  return run;
}

test('each run is put together from what held then, with the time in which nothing changed', async () => {
  const first = await runAt(instant(1));
  expect([first.from, first.to]).toEqual([instant(0), instant(2)]);
  expect(first.observation.sessions.map(({ tls }) => tls?.chain)).toEqual(
    healthy.sessions.map(({ tls }) => tls?.chain),
  );
  const second = await runAt(instant(4));
  expect([second.from, second.to]).toEqual([instant(3), instant(4)]);
  expect(compareRuns(first.observation, second.observation).fields).toContainEqual(
    expect.objectContaining({ name: 'SHA-256', address: testAddresses[0], difference: 'changed' }),
  );
  expect((await runAt(instant(5))).observation.sessions.map(({ failure }) => failure?.reason)).toEqual([
    'refused',
    'refused',
  ]);
});

test('an address that DNS no longer names is not part of the run', async () => {
  const { observation } = await runAt(instant(7));
  expect(observation.sessions.map(({ address }) => address)).toEqual([testAddresses[0]]);
});

test('between two runs it is the earlier one; before the first there is none', async () => {
  const between = await runAt(new Date(instant(2).getTime() + 1));
  expect(between.to).toEqual(instant(2));
  expect(await readRunAt(endpoint, { at: new Date(instant(0).getTime() - 1), vantage: null })).toBeNull();
  expect(await readRunAt(endpoint, { at: instant(7), vantage: 'elsewhere' })).toBeNull();
});

test('the list has one row for what many runs saw alike, page by page', async () => {
  const page = await listRunStarts(endpoint.id, { before: null, limit: 3 });
  expect(page.starts.map(({ at }) => at)).toEqual([instant(6), instant(5), instant(3)]);
  expect(page.starts[2]?.pieces).toEqual([{ kind: 'session', address: testAddresses[0] }]);
  const last = await listRunStarts(endpoint.id, { before: page.next, limit: 3 });
  expect(last.starts.map(({ at }) => at)).toEqual([instant(0)]);
  expect(last.starts[0]?.pieces).toHaveLength(4);
  expect(last.next).toBeNull();
});
