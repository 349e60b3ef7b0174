import { findIncident } from '#app/_queries/incidents.ts';
import { listAttached, listOpenIncidentsOf } from '#app/_queries/worst-incidents.ts';
import { openConsole, type ConsoleUnderTest } from '#tests/app/support/console.ts';
import { seedDomain, seedIncident } from '#tests/app/support/seed.ts';

let app: ConsoleUnderTest;
let domainId: string;
let endpointId: string;
const shared = 'certificate:ab12';
const zoneId = 'zone-example.org';
/** An id as it sorts by time. */
const at = (index: number) => String(index).padStart(4, '0');

beforeAll(async () => {
  app = await openConsole();
  const db = app.database;
  const now = new Date();
  ({ domainId, endpointId } = await seedDomain(db, 'example.org', now));
  await db.zone.create({ data: { id: zoneId, name: 'example.org', createdAt: now } });
  await db.endpoint.update({ where: { id: endpointId }, data: { zoneId } });
  await db.domainZone.create({ data: { domainId, zoneId, firstSeen: now, lastSeen: now } });
});
afterAll(() => app.close());
beforeEach(async () => {
  await app.database.incident.deleteMany();
});

async function seedRoot(state: string): Promise<void> {
  const places = ['z1', 'z2', 'z3'].map((name) => `${name}.example.org:993`);
  await seedIncident(app.database, { id: 'root', state, affected: places });
  const data = { dedupKey: `certificate-expiry/${shared}`, cause: shared };
  await app.database.incident.update({ where: { id: 'root' }, data });
}

/** Three subjects whose hosts come after those of 205 consequences by name; the last consequence is the worst. */
async function seedAttached(state: string): Promise<void> {
  const db = app.database;
  await seedRoot(state);
  for (const name of ['z1', 'z2', 'z3']) {
    await seedIncident(db, { id: name, state, endpointId, host: `${name}.example.org` });
    await db.incident.update({ where: { id: name }, data: { rootId: 'root', cause: shared } });
  }
  for (let index = 0; index < 205; index += 1) {
    const severity = index === 204 ? 'critical' : index % 2 === 0 ? 'info' : 'warning';
    const about = { code: 'tag-tls-cert-broken', host: 'a.example.org', severity };
    await seedIncident(db, { id: `c${at(index)}`, state, ...about });
  }
  await db.incident.updateMany({ where: { code: 'tag-tls-cert-broken' }, data: { rootId: 'root' } });
}

async function readAttached() {
  const incident = await findIncident('root');
  if (incident === null) throw new Error('no incident');
  return { incident, ...(await listAttached(incident)) };
}

test.each(['firing', 'resolved'])(
  'of many consequences no subject is left out, and the worst are there: %s',
  async (state) => {
    await seedAttached(state);
    const { incident, subjects, explained } = await readAttached();
    expect(subjects.worst.map(({ id }) => id)).toEqual(['z1', 'z2', 'z3']);
    expect(subjects.total).toBe(3);
    expect(explained.total).toBe(205);
    expect(explained.worst).toHaveLength(200);
    expect(explained.worst.slice(0, 3).map(({ id }) => id)).toEqual(['c0204', 'c0001', 'c0003']);
    // 102 warnings behind the critical one, then notes.
    expect(explained.worst[102]).toMatchObject({ id: 'c0203', severity: 'warning' });
    expect(explained.worst[103]).toMatchObject({ id: 'c0000', severity: 'info' });
    if (state === 'firing') expect(incident.explains).toBe(explained.total);
  },
);

test('what is over or only suspected does not hang under what is open, and nothing is nothing', async () => {
  await seedRoot('firing');
  expect(await listAttached((await readAttached()).incident)).toEqual({
    subjects: { worst: [], total: 0 },
    explained: { worst: [], total: 0 },
  });
  for (const state of ['firing', 'resolved', 'suspect']) await seedIncident(app.database, { id: state, state });
  await app.database.incident.updateMany({ where: { id: { not: 'root' } }, data: { rootId: 'root' } });
  const { explained } = await readAttached();
  expect(explained).toMatchObject({ worst: [{ id: 'firing' }], total: 1 });
});

test('a subject whose endpoint is gone is still one of the places', async () => {
  await seedRoot('firing');
  await seedIncident(app.database, { id: 'z1', state: 'firing' });
  await app.database.incident.update({ where: { id: 'z1' }, data: { rootId: 'root', cause: shared } });
  const { incident, subjects, explained } = await readAttached();
  expect(subjects).toMatchObject({ worst: [{ id: 'z1' }], total: 1 });
  expect(explained.total).toBe(incident.explains);
});

test('an old critical incident stands before a hundred newer warnings, wherever it is asked for', async () => {
  const db = app.database;
  const places = [{ endpointId }, { domainId }, { zoneId }];
  for (const [index, place] of places.entries()) {
    await seedIncident(db, { id: `0-${String(index)}`, state: 'firing', severity: 'critical' });
    await db.incident.update({ where: { id: `0-${String(index)}` }, data: place });
  }
  for (let index = 0; index < 100; index += 1) {
    await seedIncident(db, { id: `1-${at(index)}`, state: 'recovering', severity: 'warning', endpointId });
    await seedIncident(db, { id: `2-${at(index)}`, state: 'acknowledged', severity: 'warning' });
  }
  await db.incident.updateMany({ where: { id: { startsWith: '2-' } }, data: { zoneId } });
  await seedIncident(db, { id: '3', state: 'firing', severity: 'info', endpointId });
  await seedIncident(db, { id: '4', state: 'resolved', severity: 'critical', endpointId });
  await seedIncident(db, { id: '5', state: 'suspect', severity: 'critical', endpointId });
  await seedIncident(db, { id: '6', state: 'firing', severity: 'critical' });
  const ofEndpoint = await listOpenIncidentsOf({ endpointId });
  expect(ofEndpoint.total).toBe(102);
  expect(ofEndpoint.worst).toHaveLength(100);
  expect(ofEndpoint.worst.slice(0, 2).map(({ id }) => id)).toEqual(['0-0', '1-0099']);
  expect(ofEndpoint.worst.at(-1)?.id).toBe('1-0001');
  const ofZone = await listOpenIncidentsOf({ zoneId });
  expect(ofZone.worst.slice(0, 2).map(({ id }) => id)).toEqual(['0-2', '2-0099']);
  expect(ofZone.total).toBe(101);
  const ofDomain = await listOpenIncidentsOf({ domainId });
  expect(ofDomain.worst.slice(0, 4).map(({ id }) => id)).toEqual(['0-2', '0-1', '0-0', '2-0099']);
  expect(ofDomain.total).toBe(204);
});

test('a domain has what is the matter in its own zones and those of its endpoints, until they are removed', async () => {
  const db = app.database;
  await seedIncident(db, { id: '1', state: 'firing', severity: 'warning', endpointId });
  await seedIncident(db, { id: '2', state: 'firing', severity: 'error' });
  await db.incident.update({ where: { id: '2' }, data: { zoneId } });
  const ids = async () => (await listOpenIncidentsOf({ domainId })).worst.map(({ id }) => id);
  expect(await ids()).toEqual(['2', '1']);
  await db.domainZone.deleteMany();
  expect(await ids()).toEqual(['2', '1']);
  await db.domainEndpoint.updateMany({ where: { endpointId }, data: { removedAt: new Date() } });
  expect(await ids()).toEqual([]);
});
