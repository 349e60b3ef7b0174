import { z } from 'zod';
import * as changes from '#app/api/v1/changes/route.ts';
import { changeItems, changeQuestionItem } from '#app/_queries/change-item.ts';
import { formatListPlace, parseListPlace } from '#app/_queries/list-place.ts';
import { listChanges, type ChangeScope } from '#app/_queries/changes.ts';
import { decideChange, findOpenChange } from '#prisma/commands/baseline.ts';
import { bearer, call, openConsole, type ConsoleUnderTest } from '#tests/app/support/console.ts';
import { issueCertificate, testNow } from '#tests/support/certificates.ts';
import { createEngine } from '#tests/support/engine.ts';
import {
  changeSessions,
  changeSrv,
  healthyDomain,
  healthyEndpoint,
  testAddresses,
  testPki,
  trustedTls,
} from '#tests/support/observations.ts';

const page = z.object({
  data: z.array(
    z.looseObject({
      id: z.string(),
      part: z.string(),
      differences: z.array(z.string()),
      decision: z.looseObject({ word: z.string() }).nullable(),
    }),
  ),
  next_cursor: z.string().nullable(),
  has_more: z.boolean(),
});

let app: ConsoleUnderTest;
let headers: Record<string, string>;
let endpointId: string;

const healthy = healthyEndpoint();
const key = issueCertificate({ commonName: 'x', dnsNames: ['mail.example.org'], issuer: testPki.intermediate });
const renewed = changeSessions(healthy, () => ({ tls: trustedTls([key, testPki.intermediate]) }));
const lookups = renewed.addresses.ok ? renewed.addresses.facts.lookups : [];
const withAddresses = (list: readonly string[]) =>
  ({ ...renewed, addresses: { ok: true, facts: { list, lookups } } }) as const;

beforeAll(async () => {
  app = await openConsole();
  headers = bearer(await app.token('findings:read'));
  const engine = createEngine(app.database);
  ({ endpointId } = await engine.watch());
  const look = async (hour: number, observation: typeof healthy) => {
    engine.clock.set(testNow + hour * 3_600_000);
    engine.sight.endpoint = () => ({
      ...observation,
      startedAt: engine.clock.now() - 1,
      finishedAt: engine.clock.now(),
    });
    await engine.runAll('probe');
  };
  await look(0, healthy);
  await look(1, renewed);
  const change = await findOpenChange(app.database, { endpointId, now: testNow });
  await app.database.$transaction((tx) =>
    decideChange(tx, {
      ...{ endpointId, decision: 'approved', mark: change?.mark ?? '', note: 'planned', actor: 'ops@example.org' },
      now: new Date(testNow + 2 * 3_600_000),
    }),
  );
  engine.sight.domain = () => ({ ...healthyDomain(), finishedAt: testNow + 3 * 3_600_000 });
  await engine.runAll('discover');
  const moved = changeSrv('_imaps', [{ priority: 0, weight: 1, port: 993, target: 'new.example.org' }]);
  engine.sight.domain = () => ({ ...moved, finishedAt: testNow + 4 * 3_600_000 });
  await engine.runAll('discover');
  // A name that rotates: the same two sets of addresses by turns.
  for (const hour of [5, 6, 7, 8])
    await look(hour, withAddresses(hour % 2 === 0 ? testAddresses : [testAddresses[0], '192.0.2.77']));
});
afterAll(() => app.close());

const everything = ['addresses', 'discovery', 'decision', 'session', 'session'];

test('changes and decisions come in one list, the newest first, and page by page the same', async () => {
  const { changes: all } = await listChanges({ scope: { kind: 'all' }, after: null, limit: 50 });
  expect(all.map(({ piece }) => piece)).toEqual(expect.arrayContaining(everything));
  const parts: string[] = [];
  let cursor = '';
  for (;;) {
    const response = await call(changes.GET, { path: `/api/v1/changes?limit=2${cursor}`, headers });
    const { data, next_cursor: next, has_more: more } = page.parse(await response.json());
    parts.push(...data.map(({ part }) => part));
    expect(more).toBe(next !== null);
    if (next === null) break;
    cursor = `&cursor=${next}`;
  }
  expect(parts).toEqual(all.map(({ piece }) => piece));
});

test('a name that rotates is told once', async () => {
  const { changes: all } = await listChanges({ scope: { kind: 'all' }, after: null, limit: 50 });
  const ofAddresses = all.filter(({ piece }) => piece === 'addresses');
  expect(ofAddresses.map(({ lines }) => lines)).toEqual([
    [`address ${testAddresses[1]} gone`, 'address 192.0.2.77 new'],
  ]);
});

test.each<[string, ChangeScope, readonly string[]]>([
  ['an endpoint of another id', { kind: 'endpoint', endpointId: 'none' }, []],
  ['another host', { kind: 'host', host: 'mail.example.net' }, []],
  ['the host', { kind: 'host', host: 'mail.example.org' }, ['addresses', 'decision', 'session', 'session']],
  ['the domain with its endpoints', { kind: 'domain', domain: 'example.org' }, everything],
  ['another domain', { kind: 'domain', domain: 'example.net' }, []],
])('the list can be of %s', async (_what, scope, pieces) => {
  const { changes: found } = await listChanges({ scope, after: null, limit: 50 });
  expect(found.map(({ piece }) => piece).filter((piece) => everything.includes(piece))).toEqual(pieces);
});

test('the API tells who decided what', async () => {
  const response = await call(changes.GET, { path: '/api/v1/changes?host=mail.example.org', headers });
  const { data } = page.parse(await response.json());
  expect(data.find(({ part }) => part === 'decision')).toMatchObject({
    object_kind: 'endpoint',
    endpoint_id: endpointId,
    decision: { word: 'approved', by: 'ops@example.org', note: 'planned' },
  });
});

test.each([
  ['?domain=a&host=b', 422],
  ['?limit=0', 422],
  ['?cursor=xx', 400],
])('the API refuses %s', async (query, status) => {
  const response = await call(changes.GET, { path: `/api/v1/changes${query}`, headers });
  expect(response.status).toBe(status);
});

test('the same change of two addresses is one row', async () => {
  const { changes: all } = await listChanges({ scope: { kind: 'endpoint', endpointId }, after: null, limit: 50 });
  const items = changeItems(
    all.filter(({ piece }) => piece === 'session'),
    { here: true },
  );
  expect(items.filter(({ part }) => part === testAddresses.toSorted().join(', '))).toHaveLength(1);
});

test('a question shows only what differs', () => {
  const facts = {
    ...{ tlsVersion: 'TLSv1.3', starttls: null, keys: ['a'.repeat(64)], issuers: ['CN=One'] },
    ...{ names: ['a.example', 'b.example'], notBefore: 0, notAfter: 1 },
  };
  const after = { ...facts, names: ['b.example'], issuers: ['CN=Two'] };
  expect(changeQuestionItem({ before: facts, after, mark: '', rejected: null }).rows).toEqual([
    { what: 'Issuer', before: 'CN=One', after: 'CN=Two' },
    { what: 'Names', before: 'a.example', after: 'none' },
  ]);
});

test('a place in the list survives an address, and garbage is none', () => {
  const place = { at: new Date(testNow), id: 'decision-0001' };
  expect(parseListPlace(formatListPlace(place))).toEqual(place);
  expect(['', 'x', '2026-99-99T00:00:00.000Z_a', `${formatListPlace(place)}'--`].map(parseListPlace)).toEqual([
    null,
    null,
    null,
    null,
  ]);
});
