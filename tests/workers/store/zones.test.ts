import type { Judgement } from '#lib/model/finding.ts';
import type { DnsLookup, DomainObservation, EndpointObservation, Seen } from '#lib/model/observation.ts';
import type { ZoneNames } from '#lib/model/zone-questions.ts';
import { removeDomain, requestDiscovery } from '#prisma/commands/domains.ts';
import { addEndpoint, removeEndpoint } from '#prisma/commands/endpoints.ts';
import { urgent } from '#prisma/commands/tasks.ts';
import { createTestDatabase, type TestDatabase } from '#tests/support/database.ts';
import { createEngine, emptyDatabase } from '#tests/support/engine.ts';
import { changeSrv, healthyDomain, healthyEndpoint, lookupOf, testEndpoint } from '#tests/support/observations.ts';
import { healthyZone } from '#tests/support/zone-observations.ts';
import { zoneSignedAt } from '#tests/support/zone-signed-at.ts';

let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase();
});
afterAll(() => test.close());
beforeEach(() => emptyDatabase(test.database));

type Told = (name: string) => string | undefined;

function inZone<R>(lookup: Seen<DnsLookup<R>>, told: Told): Seen<DnsLookup<R>> {
  const zone = lookup.ok ? told(lookup.facts.name) : undefined;
  return lookup.ok && zone !== undefined ? { ok: true, facts: { ...lookup.facts, zone } } : lookup;
}

/** The healthy domain, whose answers tell their zones. */
function domainIn(told: Told, domain: DomainObservation = healthyDomain()): DomainObservation {
  return {
    ...domain,
    mx: inZone(domain.mx, told),
    srv: domain.srv.map((item) => ({ ...item, lookup: inZone(item.lookup, told) })),
  };
}

/** The healthy endpoint with its host in that zone. */
function endpointIn(zone: string): EndpointObservation {
  const endpoint = healthyEndpoint();
  const { host } = endpoint.endpoint;
  const lookups = [{ ...lookupOf(host, 'A', ['192.0.2.1']), zone }];
  return { ...endpoint, addresses: { ok: true, facts: { list: ['192.0.2.1', '2001:db8::1'], lookups } } };
}

const flat: Told = () => 'example.org';

/** A domain whose first discovery told that its names lie in example.org. */
async function discovered(told: Told = flat) {
  const engine = createEngine(test.database);
  engine.sight.domain = () => domainIn(told);
  await test.database.domain.create({ data: { id: 'd1', name: 'example.org', createdBy: 'test' } });
  await requestDiscovery(test.database, { domainId: 'd1', actor: 'test', now: new Date(engine.clock.now()) });
  await engine.runDue('discover');
  return engine;
}

type Engine = Awaited<ReturnType<typeof discovered>>;

const zoneNames = async () => (await test.database.zone.findMany({ orderBy: { name: 'asc' } })).map(({ name }) => name);
const watchedZones = async () => {
  const tasks = await test.database.task.findMany({ where: { kind: 'zone' }, select: { ref: true } });
  const rows = await test.database.zone.findMany({ where: { id: { in: tasks.map(({ ref }) => ref) } } });
  return rows.map(({ name }) => name).toSorted();
};
const zoneIncidents = () => test.database.incident.findMany({ where: { code: 'dnssec-bogus' } });

const bogus: Judgement = {
  code: 'dnssec-bogus',
  subject: { kind: 'zone', zone: 'example.org' },
  verdict: 'crit',
  params: { zone: 'example.org' },
};

async function openIncident(engine: Engine): Promise<void> {
  engine.opinion.zone = () => [bogus];
  for (let run = 0; run < 3; run += 1) await engine.runAll('zone');
  expect(await zoneIncidents()).toMatchObject([{ state: 'firing' }]);
}

describe('the zones that are watched', () => {
  it('are those of the names of a domain, looked at as soon as a discovery told of them', async () => {
    const engine = await discovered((name) => (name.startsWith('_') ? '_tcp.example.org' : 'example.org'));
    expect(await zoneNames()).toEqual(['_tcp.example.org', 'example.org']);
    expect(await watchedZones()).toEqual(['_tcp.example.org', 'example.org']);
    expect(await engine.dueInSeconds('zone')).toBeLessThanOrEqual(0);
    expect(await test.database.task.findMany({ where: { kind: 'zone' }, take: 1 })).toMatchObject([
      { priority: urgent },
    ]);
  });

  it('are those of hosts of endpoints too, as their probes told', async () => {
    const engine = await discovered();
    engine.sight.endpoint = () => endpointIn('mail.example.org');
    await engine.runAll('probe');
    expect(await watchedZones()).toEqual(['example.org', 'mail.example.org']);
    engine.sight.endpoint = () => endpointIn('example.org');
    await engine.runAll('probe');
    expect(await watchedZones()).toEqual(['example.org']);
  });

  it.each<readonly [string, () => DomainObservation]>([
    [
      'the zone that says that the domain does not exist',
      () => ({
        ...domainIn(() => 'org'),
        mx: { ok: true, facts: { ...lookupOf('example.org', 'MX', []), rcode: 'NXDOMAIN', zone: 'org' } },
      }),
    ],
    ['the zone that an alias leads to', () => domainIn(() => 'example.net')],
    ['the root', () => domainIn(() => '.')],
  ])('are not %s', async (_name, domain) => {
    const engine = createEngine(test.database);
    engine.sight.domain = domain;
    await test.database.domain.create({ data: { id: 'd1', name: 'example.org', createdBy: 'test' } });
    await requestDiscovery(test.database, { domainId: 'd1', actor: 'test', now: new Date(engine.clock.now()) });
    await engine.runDue('discover');
    expect(await zoneNames()).toEqual([]);
  });

  it('stay when an answer does not tell the zone', async () => {
    const engine = await discovered();
    engine.sight.domain = healthyDomain;
    await engine.runAll('discover');
    expect(await watchedZones()).toEqual(['example.org']);
  });

  it('end when the names moved to another zone, with what stood open about them', async () => {
    const engine = await discovered();
    await openIncident(engine);
    await test.database.domain.update({ where: { id: 'd1' }, data: { name: 'mail.example.org' } });
    engine.sight.domain = () => {
      const domain = domainIn(() => 'mail.example.org');
      const srv = domain.srv.map((item) => ({ ...item, owner: item.owner.replace('example', 'mail.example') }));
      return { ...domain, domain: 'mail.example.org', srv };
    };
    await engine.runAll('discover');
    expect(await watchedZones()).toEqual(['mail.example.org']);
    expect(await zoneIncidents()).toMatchObject([{ state: 'resolved', resolution: 'no longer monitored' }]);
    expect(await test.database.finding.count({ where: { endedAt: null, zoneId: { not: null } } })).toBe(0);
  });

  it('end with the last endpoint in them', async () => {
    const engine = await discovered();
    engine.sight.endpoint = () => endpointIn('mail.example.org');
    await engine.runAll('probe');
    engine.sight.domain = () => ({ ...domainIn(flat, changeSrv('_imaps', [])), endpoints: [] });
    await engine.runAll('discover');
    expect(await watchedZones()).toEqual(['example.org']);
    engine.sight.domain = () => domainIn(flat);
    await engine.runAll('discover');
    await engine.runAll('probe');
    expect(await watchedZones()).toEqual(['example.org', 'mail.example.org']);
  });

  it('end when a person removes the endpoint, or the domain', async () => {
    const engine = await discovered();
    await openIncident(engine);
    engine.sight.endpoint = () => endpointIn('mail.example.org');
    await engine.runAll('probe');
    const [endpoint] = await test.database.endpoint.findMany();
    const removal = { actor: 'test', now: new Date(engine.clock.now()) };
    await removeEndpoint(test.database, { endpointId: endpoint?.id ?? '', domainId: null, ...removal });
    expect(await watchedZones()).toEqual(['example.org']);
    await removeDomain(test.database, { domainId: 'd1', ...removal });
    expect(await watchedZones()).toEqual([]);
    expect(await zoneIncidents()).toMatchObject([{ state: 'resolved', resolution: 'no longer monitored' }]);
    expect(await test.database.notice.count({ where: { reason: 'resolved' } })).toBe(0);
  });

  it('stay while another domain needs them', async () => {
    const engine = await discovered();
    engine.sight.endpoint = () => endpointIn('mail.example.org');
    await test.database.domain.create({ data: { id: 'd2', name: 'example.net', createdBy: 'test' } });
    const now = new Date(engine.clock.now());
    await addEndpoint(test.database, { domainId: 'd2', target: testEndpoint(), now });
    await engine.runAll('probe');
    await removeDomain(test.database, { domainId: 'd1', actor: 'test', now });
    expect(await watchedZones()).toEqual(['mail.example.org']);
  });
});

describe('a run of a zone', () => {
  it('is asked for the names that lie in it and not in a zone below', async () => {
    const engine = await discovered((name) => (name.startsWith('_') ? '_tcp.example.org' : 'example.org'));
    engine.sight.endpoint = () => endpointIn('example.org');
    await engine.runAll('probe');
    const asked: ZoneNames[] = [];
    engine.sight.zone = (names) => {
      asked.push(names);
      return healthyZone();
    };
    await engine.runAll('zone');
    expect(asked.toSorted((a, b) => a.zone.length - b.zone.length)).toMatchObject([
      {
        zone: 'example.org',
        domains: ['example.org'],
        endpoints: [{ host: 'mail.example.org', port: 993 }],
        cuts: ['_tcp.example.org'],
      },
      { zone: '_tcp.example.org', domains: ['example.org'], endpoints: [], cuts: [] },
    ]);
  });

  it('keeps one span while the zone is only signed anew, and begins one where something changed', async () => {
    const engine = await discovered();
    engine.sight.zone = () => zoneSignedAt(engine.clock.now());
    for (let run = 0; run < 4; run += 1) {
      engine.clock.advance(86_400_000);
      await engine.runAll('zone');
    }
    const spans = () => test.database.observationSpan.findMany({ where: { kind: 'zone' }, orderBy: { id: 'asc' } });
    expect(await spans()).toMatchObject([{ runs: 4, evidence: { startedAt: engine.clock.now() - 2000 } }]);
    engine.sight.zone = () => ({ ...zoneSignedAt(engine.clock.now()), nameServers: ['ns1.example.org'] });
    await engine.runAll('zone');
    expect(await spans()).toMatchObject([{ runs: 4 }, { runs: 1 }]);
  });

  it('judges: a finding, an incident under the name of the zone, and its end', async () => {
    const engine = await discovered();
    await openIncident(engine);
    expect(await zoneIncidents()).toMatchObject([{ host: 'example.org', dedupKey: 'dnssec-bogus/zone:example.org' }]);
    const [zone] = await test.database.zone.findMany();
    expect(zone).toMatchObject({ lastVerdict: 'crit' });
    expect(await test.database.finding.findMany({ where: { zoneId: zone?.id ?? '' } })).toMatchObject([
      { verdict: 'crit', endedAt: null, endpointId: null, domainId: null },
    ]);
    engine.opinion.zone = () => [{ ...bogus, verdict: 'pass' }];
    for (let run = 0; run < 2; run += 1) await engine.runAll('zone');
    expect(await zoneIncidents()).toMatchObject([{ state: 'resolved', resolution: 'seen to be fine again' }]);
    expect(await engine.dueInSeconds('zone')).toBeGreaterThan(290);
  });

  it('of a zone that nobody needs any more looks at nothing', async () => {
    const engine = await discovered();
    await test.database.domainZone.deleteMany();
    engine.sight.zone = () => {
      throw new Error('looked');
    };
    await engine.runAll('zone');
    expect(await watchedZones()).toEqual([]);
    expect(engine.logged).toEqual([]);
  });

  it('is asked for with the domain, before all scheduled work', async () => {
    const engine = await discovered();
    await engine.runAll('zone');
    expect(await engine.dueInSeconds('zone')).toBeGreaterThan(290);
    await requestDiscovery(test.database, { domainId: 'd1', actor: 'test', now: new Date() });
    expect(await engine.dueInSeconds('zone')).toBeLessThanOrEqual(0);
    expect(await test.database.task.findMany({ where: { kind: 'zone' } })).toMatchObject([{ priority: urgent }]);
  });
});
