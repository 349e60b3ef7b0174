import { z } from 'zod';
import * as incidents from '#app/api/v1/incidents/route.ts';
import * as zone from '#app/api/v1/zones/[name]/route.ts';
import * as zones from '#app/api/v1/zones/route.ts';
import { findZone, listZonesOf, readLatestZone } from '#app/_queries/zones.ts';
import { splitZoneObservation } from '#lib/model/zone-span.ts';
import { saveSpans } from '#workers/store/spans.ts';
import { bearer, call, openConsole, publicUrl, type ConsoleUnderTest } from '#tests/app/support/console.ts';
import { seedDomain, seedIncident } from '#tests/app/support/seed.ts';
import { zoneSignedAt } from '#tests/support/zone-signed-at.ts';

const page = z.object({ data: z.array(z.looseObject({ name: z.string() })), next_cursor: z.string().nullable() });

let app: ConsoleUnderTest;
let headers: Record<string, string>;
const now = new Date();
const observation = zoneSignedAt(now.getTime());

beforeAll(async () => {
  app = await openConsole();
  headers = bearer(await app.token('incidents:read', 'inventory:read'));
  const { domainId, endpointId } = await seedDomain(app.database, 'example.org', now);
  const names = ['example.org', '_tcp.example.org', 'mail.example.org', 'left.example'];
  await app.database.zone.createMany({
    data: names.map((name) => ({ id: name, name, lastObservedAt: now, lastVerdict: 'fail' })),
  });
  await app.database.domainZone.createMany({
    data: ['example.org', '_tcp.example.org'].map((zoneId) => ({ domainId, zoneId, firstSeen: now, lastSeen: now })),
  });
  await app.database.endpoint.update({ where: { id: endpointId }, data: { zoneId: 'mail.example.org' } });
  await saveSpans(app.database, {
    ...{ endpointId: null, domainId: null, zoneId: 'example.org', vantage: 'test', certificates: new Map() },
    ...{ pieces: [splitZoneObservation(observation)], seenAt: now.getTime() },
  });
  await app.database.finding.create({
    data: {
      ...{ id: 'F1', fingerprint: 'F1', code: 'dnssec-bogus', verdict: 'crit', zoneId: 'example.org' },
      ...{ params: { zone: 'example.org' }, firstSeen: now, lastSeen: now },
    },
  });
  await seedIncident(app.database, { id: 'I1', state: 'firing', host: 'example.org', code: 'dnssec-bogus' });
  await app.database.incident.update({
    where: { id: 'I1' },
    data: { zoneId: 'example.org', dedupKey: 'dnssec-bogus/zone:example.org' },
  });
});
afterAll(() => app.close());

test('watched zones are listed in pages; one that nobody needs is not', async () => {
  const names: string[] = [];
  let cursor = '';
  for (;;) {
    const response = await call(zones.GET, { path: `/x?limit=2${cursor}`, headers });
    const { data, next_cursor: next } = page.parse(await response.json());
    names.push(...data.map(({ name }) => name));
    if (next === null) break;
    cursor = `&cursor=${next}`;
  }
  expect(names.toSorted()).toEqual(['_tcp.example.org', 'example.org', 'mail.example.org']);
});

test('one zone comes with its findings and what every server said', async () => {
  const response = await call(zone.GET, { headers, params: { name: 'Example.ORG.' } });
  expect(await response.json()).toMatchObject({
    name: 'example.org',
    monitored: true,
    domains: ['example.org'],
    hosts: [],
    last_verdict: 'fail',
    freshness: 'fresh',
    url: `${publicUrl}/zones/example.org`,
    findings: [{ rule: 'dnssec-bogus', severity: 'critical' }],
    observation: {
      clock_trusted: true,
      name_servers: ['ns1.example.org', 'ns2.example.org', 'ns3.example.org'],
      answers: observation.validations.map(({ name, type, links }) => ({
        ...{ name, type, dnssec: { state: 'secure' } },
        chain: links.map(({ zone: link }) => ({ zone: link })),
      })),
      servers: [{ host: 'ns1.example.org', address: '192.0.2.53' }, {}, {}],
      resolver: observation.opinions.map(() => ({ ad: true })),
    },
  });
});

test('a zone that was never looked at, one with an underscore, and one that is not there', async () => {
  const hosts = await call(zone.GET, { headers, params: { name: 'mail.example.org' } });
  expect(await hosts.json()).toMatchObject({ hosts: ['mail.example.org'], domains: [], observation: null });
  const below = await call(zone.GET, { headers, params: { name: '_tcp.example.org' } });
  expect(below.status).toBe(200);
  const left = await call(zone.GET, { headers, params: { name: 'left.example' } });
  expect(await left.json()).toMatchObject({ monitored: false });
  expect((await call(zone.GET, { headers, params: { name: 'nowhere.example' } })).status).toBe(404);
});

test('an incident of a zone says so', async () => {
  const response = await call(incidents.GET, { path: '/api/v1/incidents', headers });
  expect(await response.json()).toMatchObject({
    data: [{ id: 'I1', object_kind: 'zone', host: 'example.org', service: null, port: null }],
  });
});

test('pages read the whole run back, with what stands open', async () => {
  const found = await findZone('example.org', now);
  const evidence = await readLatestZone(found?.id ?? '');
  expect(evidence.observation).toEqual(observation);
  expect(evidence.incidents).toMatchObject({
    worst: [{ id: 'I1', zoneName: 'example.org', objectKind: 'zone' }],
    total: 1,
  });
  const listed = await listZonesOf('domain-example.org', now);
  expect(listed.map(({ name }) => name).toSorted()).toEqual(['_tcp.example.org', 'example.org', 'mail.example.org']);
});
