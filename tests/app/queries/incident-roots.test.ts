import { incidentItem } from '#app/_queries/incident-item.ts';
import { readIncidentGroups } from '#app/_queries/incident-groups.ts';
import { countIncidents, findIncident, listIncidents, pollIncidents } from '#app/_queries/incidents.ts';
import { noFilter } from '#app/_queries/incident-filter.ts';
import { listAttached, listOpenIncidentsOf } from '#app/_queries/worst-incidents.ts';
import { openConsole, type ConsoleUnderTest } from '#tests/app/support/console.ts';
import { seedIncident } from '#tests/app/support/seed.ts';

let app: ConsoleUnderTest;
const shared = 'certificate:ab12';
const ports = [993, 995];

async function place(id: string, where: { readonly rootId?: string; readonly cause?: string }): Promise<void> {
  await app.database.incident.update({ where: { id }, data: where });
}

beforeAll(async () => {
  app = await openConsole();
  const db = app.database;
  for (const port of ports) {
    const data = {
      id: `endpoint-${String(port)}`,
      service: 'imap',
      tlsMode: 'implicit',
      host: 'mail.example.org',
      port,
    };
    await db.endpoint.create({ data });
  }
  await seedIncident(db, { id: '1-zone', state: 'firing', code: 'dnssec-bogus', host: 'example.org' });
  await seedIncident(db, {
    ...{ id: '2-cause', state: 'firing', title: 'Certificate expired (and 1 more)' },
    affected: ports.map((port) => `mail.example.org:${String(port)}`),
  });
  await db.incident.update({
    where: { id: '2-cause' },
    data: {
      ...{ dedupKey: `certificate-expiry/${shared}`, cause: shared, unstableSince: new Date(0) },
      impact: { tags: ['tls-cert'], breaks: 40, atRisk: 3, unknownShare: 0.5, countedAt: 0 },
    },
  });
  for (const port of ports) {
    const id = `3-member-${String(port)}`;
    const address = `192.0.2.${String(port - 990)}`;
    await seedIncident(db, { id, state: 'firing', endpointId: `endpoint-${String(port)}`, affected: [address] });
    await place(id, { rootId: '2-cause', cause: shared });
  }
  const tag = { code: 'tag-tls-cert-broken', endpointId: 'endpoint-993' };
  await seedIncident(db, { id: '4-consequence', state: 'firing', ...tag });
  await place('4-consequence', { rootId: '2-cause' });
  await seedIncident(db, { id: '5-consequence', state: 'resolved', ...tag });
  await place('5-consequence', { rootId: '2-cause' });
  await seedIncident(db, { id: '6-over', state: 'resolved', code: 'dnssec-bogus', host: 'example.net' });
  await seedIncident(db, { id: '7-left', state: 'firing', code: 'tlsa-bogus', host: 'mail.example.net' });
  await place('7-left', { rootId: '6-over' });
});
afterAll(() => app.close());

const spoken = ['7-left', '2-cause', '1-zone'];

test('lists and counts have what speaks, and what hangs under an incident that is over', async () => {
  const { incidents } = await listIncidents({ filter: noFilter, after: null, limit: 50 });
  expect(incidents.map(({ id }) => id)).toEqual(spoken);
  expect(await countIncidents()).toEqual({ needsAction: 3, acknowledged: 0 });
  const { faults, waiting } = await readIncidentGroups({ waiting: 10, taken: 0, now: new Date() });
  expect(faults).toBe(3);
  expect(waiting.flatMap((group) => group.members.map(({ id }) => id)).toSorted()).toEqual(spoken.toSorted());
  const { incidents: all } = await listIncidents({ filter: { ...noFilter, state: 'all' }, after: null, limit: 50 });
  expect(all.map(({ id }) => id)).toEqual(['7-left', '6-over', '2-cause', '1-zone']);
});

test('a poller gets the same, and all when it asks for what is attached', async () => {
  const poll = async (attached: boolean) => {
    const query = { states: null, severityAtLeast: null, updatedSince: null, after: null, limit: 50, attached };
    return (await pollIncidents(query)).incidents.map(({ id }) => id).toSorted();
  };
  expect(await poll(false)).toEqual(['1-zone', '2-cause', '6-over', '7-left']);
  expect(await poll(true)).toHaveLength(8);
});

test('an incident of many knows its subjects, their addresses, what it explains and whom it hits', async () => {
  const incident = await findIncident('2-cause');
  if (incident === null) throw new Error('no incident');
  expect(incident).toMatchObject({
    ...{ objectKind: 'certificate', root: null, explains: 1, unstable: true, port: null },
    subjects: ['mail.example.org:993', 'mail.example.org:995'],
    affected: ['192.0.2.3', '192.0.2.5'],
    impact: { breaks: 40, atRisk: 3 },
  });
  expect(incidentItem(incident)).toMatchObject({ subjects: 2, explains: 1, accounts: 43, unstable: true });
  const { subjects, explained } = await listAttached(incident);
  expect(subjects.worst.map(({ id }) => id)).toEqual(['3-member-993', '3-member-995']);
  expect(explained.worst.map(({ id }) => id)).toEqual(['4-consequence']);
});

test('what hangs under another says under which, on its own page and at its endpoint', async () => {
  expect(await findIncident('3-member-993')).toMatchObject({ root: { id: '2-cause' }, isSubject: true, subjects: [] });
  expect(await findIncident('4-consequence')).toMatchObject({ root: { id: '2-cause' }, isSubject: false });
  expect(await findIncident('7-left')).toMatchObject({ root: null });
  const here = await listOpenIncidentsOf({ endpointId: 'endpoint-993' });
  expect(here.worst.map(({ id }) => id).toSorted()).toEqual(['3-member-993', '4-consequence']);
});

test('few accounts are not named in a list', async () => {
  const impact = { tags: ['tls-cert'], breaks: 2, atRisk: 1, unknownShare: null, countedAt: 0 };
  await app.database.incident.update({ where: { id: '1-zone' }, data: { impact } });
  const incident = await findIncident('1-zone');
  if (incident === null) throw new Error('no incident');
  expect(incidentItem(incident).accounts).toBeNull();
});
