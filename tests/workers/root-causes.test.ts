import { findFinding } from '#lib/checks/registry.ts';
import type { EndpointTarget } from '#lib/model/endpoint.ts';
import type { Judgement, Verdict } from '#lib/model/finding.ts';
import type { EndpointObservation } from '#lib/model/observation.ts';
import { addEndpoint, removeEndpoint } from '#prisma/commands/endpoints.ts';
import { acknowledgeIncident } from '#prisma/commands/incidents.ts';
import { createStore } from '#workers/store/store.ts';
import { dayMs, issueCertificate, testNow } from '#tests/support/certificates.ts';
import { createTestDatabase, type TestDatabase } from '#tests/support/database.ts';
import { createEngine, emptyDatabase } from '#tests/support/engine.ts';
import {
  changeSessions,
  changeTlsa,
  failSessions,
  healthyEndpoint,
  testEndpoint,
  testPki,
  tlsaOf,
  trustedTls,
} from '#tests/support/observations.ts';

let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase();
});
afterAll(() => test.close());
beforeEach(() => emptyDatabase(test.database));

type Engine = ReturnType<typeof createEngine>;

const stillOpen = { notIn: ['suspect', 'resolved'] };

/** What people see. */
function roots() {
  return test.database.incident.findMany({ where: { rootId: null, state: stillOpen }, orderBy: { id: 'asc' } });
}

function incidentOf(code: string) {
  return test.database.incident.findFirstOrThrow({ where: { code, endpointId: { not: null } } });
}

/** What people were told, in the order of telling. */
async function told(): Promise<readonly string[]> {
  const notices = await test.database.notice.findMany({
    include: { incident: { select: { code: true } } },
    orderBy: [{ createdAt: 'asc' }, { sequence: 'asc' }],
  });
  return notices.map(({ reason, incident }) => `${reason} ${incident.code}`);
}

async function eventsOf(incidentId: string): Promise<readonly string[]> {
  const events = await test.database.incidentEvent.findMany({ where: { incidentId }, orderBy: { id: 'asc' } });
  return events.map(({ kind }) => kind);
}

async function watchAlso(domainId: string, targets: readonly EndpointTarget[], now: Date): Promise<void> {
  await test.database.$transaction(async (tx) => {
    for (const target of targets) await addEndpoint(tx, { domainId, target, now });
  });
}

/** Eight probes at a time, as a worker makes them. */
async function probeTogether(engine: Engine): Promise<void> {
  await test.database.$executeRaw`UPDATE task SET due_at = now() WHERE kind = 'probe'`;
  const claims = await createStore(test.database).claim({
    ...{ workerId: 'test', limit: 100, vantage: 'local' },
    kinds: ['probe'],
  });
  engine.clock.advance(1000);
  const rest = [...claims];
  const lane = async (): Promise<void> => {
    for (let claim = rest.pop(); claim !== undefined; claim = rest.pop()) await engine.run(claim);
  };
  await Promise.all(Array.from({ length: 8 }, lane));
}

async function probe(engine: Engine, times = 1): Promise<void> {
  for (let index = 0; index < times; index += 1) await engine.runAll('probe');
}

const hosts = Array.from({ length: 40 }, (_, index) => `mx${String(index + 1)}.example.org`);
/** A certificate for all of them with so much left of its 90 days. */
function leafFor(remainingMs: number) {
  const notAfter = testNow + remainingMs;
  return issueCertificate({
    ...{ commonName: 'mx1.example.org', dnsNames: hosts, issuer: testPki.intermediate },
    ...{ notBefore: notAfter - 90 * dayMs, notAfter },
  });
}
const expired = leafFor(-dayMs);
const renewed = leafFor(80 * dayMs);
/** A service for mail clients that shows this certificate. */
const showing =
  (leaf: typeof expired) =>
  (target: EndpointTarget): EndpointObservation => ({
    ...changeSessions(healthyEndpoint(target), () => ({ tls: trustedTls([leaf, testPki.intermediate]) })),
    tlsa: null,
  });

function zoneFinding(verdict: Verdict, code = 'dnssec-bogus'): readonly Judgement[] {
  return [{ code, subject: { kind: 'zone', zone: 'example.org' }, verdict, params: { zone: 'example.org' } }];
}

const bogus = {
  state: 'bogus',
  at: 'mail.example.org',
  why: 'its signature has expired',
  reason: 'signature-expired',
} as const;

describe('one certificate on forty hosts', () => {
  const places = hosts.map((host) => `${host}:993`).toSorted();

  async function watchForty() {
    const engine = createEngine(test.database);
    const { endpointId, domainId } = await engine.watch();
    await watchAlso(
      domainId,
      hosts.map((host) => ({ ...testEndpoint(), host })),
      new Date(engine.clock.now()),
    );
    await test.database.$transaction((tx) =>
      removeEndpoint(tx, { ...{ endpointId, domainId: null, actor: 'test' }, now: new Date(engine.clock.now()) }),
    );
    return engine;
  }

  const certificateRoots = async () => (await roots()).filter(({ code }) => code === 'certificate-expiry');

  it('is one incident with forty subjects and one message, and ends as one', async () => {
    const engine = await watchForty();
    engine.sight.probe = ({ target }) => showing(expired)(target);
    await probeTogether(engine);
    expect(await certificateRoots()).toEqual([]);
    await probeTogether(engine);
    const [incident, ...others] = await certificateRoots();
    expect(others).toEqual([]);
    expect(incident).toMatchObject({ state: 'firing', severity: 'critical', endpointId: null });
    expect(incident?.affected).toEqual(places);
    expect(incident?.title).toContain(' (and 39 more)');
    expect((await told()).filter((line) => line.endsWith('certificate-expiry'))).toEqual(['opened certificate-expiry']);
    const id = incident?.id ?? '';
    expect(await test.database.incident.count({ where: { rootId: id, code: 'certificate-expiry' } })).toBe(40);
    expect((await eventsOf(id)).filter((kind) => kind === 'subject-added')).toHaveLength(39);
    // What is not sent yet names them all.
    const [notice] = await test.database.notice.findMany({ where: { incidentId: id } });
    expect(notice?.payload).toMatchObject({ subjects: places, host: incident?.host });

    // Clients hold tls-cert, as the hosts promised it: that they cannot connect any more is no second message.
    const consequences = await test.database.incident.findMany({ where: { code: 'tag-tls-cert-broken' } });
    expect(consequences).toHaveLength(40);
    expect(new Set(consequences.map(({ rootId }) => rootId))).toEqual(new Set([id]));
    expect(await eventsOf(consequences[0]?.id ?? '')).toEqual(['opened', 'attached']);

    engine.sight.probe = ({ target }) => showing(renewed)(target);
    await probeTogether(engine);
    expect(await certificateRoots()).toMatchObject([{ state: 'recovering' }]);
    await probeTogether(engine);
    const open = await test.database.incident.findMany({ where: { state: stillOpen }, distinct: ['code'] });
    expect(open.map(({ code }) => code)).toEqual([]);
    expect((await told()).filter((line) => line.endsWith('certificate-expiry'))).toEqual([
      'opened certificate-expiry',
      'resolved certificate-expiry',
    ]);
    expect(await told()).not.toContain('opened tag-tls-cert-broken');
  });

  it('says which of them are left, also where another certificate with the same fault came', async () => {
    const engine = await watchForty();
    engine.sight.probe = ({ target }) => showing(expired)(target);
    await probeTogether(engine);
    await probeTogether(engine);
    const other = leafFor(-dayMs);
    const [first = '', second = ''] = hosts;
    engine.sight.probe = ({ target }) => {
      if (target.host === first) return showing(renewed)(target);
      return showing(target.host === second ? other : expired)(target);
    };
    await probeTogether(engine);
    await probeTogether(engine);
    const [incident, ...others] = await certificateRoots();
    expect(others).toEqual([]);
    expect(incident?.affected).toEqual(places.filter((place) => place !== `${first}:993`));
    const events = await eventsOf(incident?.id ?? '');
    expect(events.filter((kind) => kind === 'subject-removed')).toHaveLength(1);
    expect((await told()).filter((line) => line.endsWith('certificate-expiry'))).toEqual(['opened certificate-expiry']);
  });
});

describe('a host that does not answer', () => {
  const refused = ({ target }: { readonly target: EndpointTarget }) =>
    failSessions(healthyEndpoint(target), { stage: 'connect', reason: 'refused' });
  const ports = [testEndpoint('imap', 'starttls'), testEndpoint('submission'), testEndpoint('pop3')];

  async function watchPorts() {
    const engine = createEngine(test.database);
    const ids = await engine.watch();
    await watchAlso(ids.domainId, ports, new Date(engine.clock.now()));
    return { ...engine, ...ids };
  }

  it('is one incident over its ports, which reopens as the same one within the hour', async () => {
    const engine = await watchPorts();
    engine.sight.probe = refused;
    for (let run = 0; run < 3; run += 1) await probeTogether(engine);
    const [incident, ...others] = await roots();
    expect(others).toEqual([]);
    expect(incident).toMatchObject({ dedupKey: 'unreachable/host:mail.example.org', instance: 1 });
    expect(incident?.affected).toHaveLength(4);
    engine.sight.probe = null;
    for (let run = 0; run < 2; run += 1) await probeTogether(engine);
    engine.sight.probe = refused;
    for (let run = 0; run < 3; run += 1) await probeTogether(engine);
    expect(await roots()).toMatchObject([{ id: incident?.id, instance: 1, state: 'firing', resolvedAt: null }]);
    expect(await told()).toEqual(['opened unreachable', 'resolved unreachable', 'opened unreachable']);
  });

  it('keeps an acknowledgement while it lasts, taken at any of its ports, and drops it when it gets worse', async () => {
    const engine = await watchPorts();
    const oneAddress = ({ target }: { readonly target: EndpointTarget }) =>
      failSessions(healthyEndpoint(target), { stage: 'connect', reason: 'refused' }, (index) => index === 0);
    engine.sight.probe = oneAddress;
    for (let run = 0; run < 3; run += 1) await probeTogether(engine);
    const [before] = await roots();
    expect(before).toMatchObject({ severity: 'error', state: 'firing' });
    const { id: memberId } = await incidentOf('unreachable');
    const now = new Date(engine.clock.now());
    const taken = await test.database.$transaction((tx) =>
      acknowledgeIncident(tx, { incidentId: memberId, actor: 'ada@example.com', now }),
    );
    expect(taken).toEqual({ outcome: 'acknowledged' });
    await probe(engine, 2);
    expect(await roots()).toMatchObject([
      { id: before?.id, state: 'acknowledged', acknowledgedUntil: new Date(now.getTime() + dayMs) },
    ]);
    engine.sight.probe = refused;
    for (let run = 0; run < 3; run += 1) await probeTogether(engine);
    expect(await roots()).toMatchObject([
      { id: before?.id, state: 'firing', severity: 'critical', acknowledgedAt: null, acknowledgedUntil: null },
    ]);
    expect(await told()).toEqual(['opened unreachable', 'worsened unreachable']);
  });

  it('ends with the last of its ports that is watched', async () => {
    const engine = await watchPorts();
    engine.sight.probe = refused;
    for (let run = 0; run < 3; run += 1) await probeTogether(engine);
    const now = new Date(engine.clock.now());
    const remove = (endpointId: string) =>
      test.database.$transaction((tx) => removeEndpoint(tx, { endpointId, domainId: null, actor: 'ada', now }));
    const endpoints = await test.database.endpoint.findMany({ orderBy: { port: 'asc' } });
    const [first, ...rest] = endpoints.map(({ id }) => id);
    await remove(first ?? '');
    const [incident] = await roots();
    expect(incident?.affected).toHaveLength(3);
    for (const id of rest) await remove(id);
    expect(await roots()).toEqual([]);
    expect(await test.database.incident.count({ where: { state: 'resolved', rootId: null } })).toBe(1);
    expect((await eventsOf(incident?.id ?? '')).at(-1)).toBe('resolved');
  });
});

describe('what a broken zone explains', () => {
  const tlsaBogus = ({ target }: { readonly target: EndpointTarget }) =>
    changeTlsa(healthyEndpoint(target), [tlsaOf(testPki.leaf)], { dnssec: bogus });

  async function watchZone() {
    const engine = createEngine(test.database);
    const ids = await engine.watch();
    await engine.runAll('discover');
    // The domain's SRV records name one endpoint; only that one is looked at here.
    const { id: zoneId } = await test.database.zone.upsert({
      where: { name: 'example.org' },
      create: { id: 'zone', name: 'example.org' },
      update: {},
    });
    await test.database.endpoint.updateMany({ data: { zoneId } });
    await test.database.domainZone.createMany({
      data: [{ domainId: ids.domainId, zoneId, firstSeen: new Date(0), lastSeen: new Date(0) }],
      skipDuplicates: true,
    });
    await test.database.task.createMany({
      data: [{ kind: 'zone', ref: zoneId, dueAt: new Date(0) }],
      skipDuplicates: true,
    });
    return { ...engine, ...ids };
  }

  it('is recorded, attached and silent; it is told when it is still there after the zone', async () => {
    const engine = await watchZone();
    engine.opinion.zone = () => zoneFinding('crit');
    for (let run = 0; run < 3; run += 1) await engine.runAll('zone');
    engine.sight.probe = tlsaBogus;
    await probe(engine, 3);
    const [zone, ...others] = await roots();
    expect(others).toEqual([]);
    expect(zone).toMatchObject({ code: 'dnssec-bogus' });
    const child = await incidentOf('tlsa-bogus');
    expect(child).toMatchObject({ state: 'firing', rootId: zone?.id });
    expect(await eventsOf(child.id)).toEqual(['opened', 'attached']);
    expect(await told()).toEqual(['opened dnssec-bogus']);

    await test.database.$executeRaw`UPDATE task SET due_at = now() + interval '5 minutes' WHERE kind = 'probe'`;
    engine.opinion.zone = () => zoneFinding('pass');
    for (let run = 0; run < 2; run += 1) await engine.runAll('zone');
    expect(await roots()).toMatchObject([{ id: child.id }]);
    expect(await eventsOf(child.id)).toEqual(['opened', 'attached', 'detached']);
    // Looked at at once, and told because it is still there.
    expect(await engine.dueInSeconds('probe')).toBe(0);
    expect(await told()).toEqual(['opened dnssec-bogus', 'resolved dnssec-bogus']);
    await probe(engine);
    expect(await told()).toEqual(['opened dnssec-bogus', 'resolved dnssec-bogus', 'opened tlsa-bogus']);
    await probe(engine);
    expect(await told()).toHaveLength(3);
  });

  it('is taken in when it was told before, and its end is told all the same', async () => {
    const engine = await watchZone();
    engine.sight.probe = tlsaBogus;
    await probe(engine, 3);
    const child = await incidentOf('tlsa-bogus');
    expect(await told()).toEqual(['opened tlsa-bogus']);
    engine.opinion.zone = () => zoneFinding('crit');
    for (let run = 0; run < 3; run += 1) await engine.runAll('zone');
    const [zone, ...others] = await roots();
    expect(others).toEqual([]);
    expect(await incidentOf('tlsa-bogus')).toMatchObject({ rootId: zone?.id });
    expect(await eventsOf(child.id)).toEqual(['opened', 'attached']);
    engine.sight.probe = null;
    await probe(engine, 2);
    expect(await told()).toEqual(['opened tlsa-bogus', 'opened dnssec-bogus', 'resolved tlsa-bogus']);
  });

  it('is told by itself where the zone only has a warning, or it is worse', async () => {
    const engine = await watchZone();
    engine.opinion.zone = () => zoneFinding('warn');
    for (let run = 0; run < 3; run += 1) await engine.runAll('zone');
    engine.sight.probe = tlsaBogus;
    await probe(engine, 3);
    expect(await roots()).toHaveLength(2);
    expect(findFinding('tlsa-bogus')?.confirmations).toBe(1);
  });

  it('lets go when the zone is watched no more', async () => {
    const engine = await watchZone();
    engine.opinion.zone = () => zoneFinding('crit');
    for (let run = 0; run < 3; run += 1) await engine.runAll('zone');
    engine.sight.probe = tlsaBogus;
    await probe(engine, 3);
    await test.database.domainZone.deleteMany({});
    await test.database.endpoint.updateMany({ data: { zoneId: null } });
    await engine.runAll('zone');
    expect(await roots()).toMatchObject([{ code: 'tlsa-bogus' }]);
    expect((await told()).at(-1)).toBe('resolved dnssec-bogus');
  });
});
