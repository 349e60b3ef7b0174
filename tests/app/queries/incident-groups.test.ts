import { incidentGroupItem } from '#app/_queries/incident-group-item.ts';
import { readIncidentGroups } from '#app/_queries/incident-groups.ts';
import { countIncidents } from '#app/_queries/incidents.ts';
import { openConsole, type ConsoleUnderTest } from '#tests/app/support/console.ts';
import { seedIncident } from '#tests/app/support/seed.ts';

const ports = [25, 110, 143, 465, 587, 993, 995];
const at = (hour: number) => new Date(Date.UTC(2026, 10, 24, hour));
const now = at(12);
const waiting = (limit: number) =>
  readIncidentGroups({ waiting: limit, taken: 0, now }).then((groups) => groups.waiting);
let app: ConsoleUnderTest;

beforeAll(async () => {
  app = await openConsole();
  const db = app.database;
  for (const [index, port] of ports.entries()) {
    const endpointId = `endpoint-${String(port)}`;
    const data = { id: endpointId, service: 'imap', tlsMode: 'implicit', host: 'mail.example.org', port };
    await db.endpoint.create({ data });
    await seedIncident(db, {
      id: `expired-${String(port)}`,
      state: port === 995 ? 'recovering' : 'firing',
      severity: port === 143 ? 'critical' : 'error',
      endpointId,
      firstSeen: at(10 - index),
      affected: port === 25 ? ['192.0.2.10', '2001:db8::10'] : ['192.0.2.10'],
    });
  }
  const name = { code: 'certificate-name', host: 'mail.example.org' };
  await seedIncident(db, { id: 'name', state: 'firing', severity: 'warning', firstSeen: at(1), ...name });
  await seedIncident(db, { id: 'late', state: 'firing', host: 'late.example.org', firstSeen: at(11) });
  // None of these needs anybody.
  await seedIncident(db, { id: 'suspect', state: 'suspect', host: 'a.example.org' });
  await seedIncident(db, { id: 'taken', state: 'acknowledged', host: 'b.example.org', acknowledgedAt: at(2) });
  await seedIncident(db, { id: 'taken-better', state: 'recovering', host: 'c.example.org', acknowledgedAt: at(2) });
  await seedIncident(db, { id: 'over', state: 'resolved', host: 'd.example.org' });
  await seedIncident(db, { id: 'note', state: 'firing', severity: 'info', host: 'e.example.org' });
});
afterAll(async () => {
  await app.close();
});

test('ports of a host with the same fault are one group: worst severity, earliest start, all ports and addresses', async () => {
  const [group] = await waiting(1);
  if (group === undefined) throw new Error('no group');
  expect(group).toMatchObject({ host: 'mail.example.org', code: 'certificate-expiry', severity: 'critical', size: 7 });
  expect(group.firstSeen).toEqual(at(4));
  expect(group.members.map(({ id }) => id).slice(0, 2)).toEqual(['expired-143', 'expired-995']);
  const item = incidentGroupItem(group, 'operator');
  expect(item.ports).toEqual(ports);
  expect(item.affected.toSorted()).toEqual(['192.0.2.10', '2001:db8::10']);
  expect(item.firingIds).toHaveLength(6);
  expect(item.firingIds).not.toContain('expired-995');
});

test('the worst come first, then the longest standing; the limit keeps that order', async () => {
  const places = (await waiting(20)).map(({ host, code }) => `${host} ${code}`);
  expect(places).toEqual([
    'mail.example.org certificate-expiry',
    'late.example.org certificate-expiry',
    'mail.example.org certificate-name',
  ]);
  expect((await waiting(2)).map(({ host, code }) => `${host} ${code}`)).toEqual(places.slice(0, 2));
});

test('a group of one keeps the title of its incident, a larger one names the fault', async () => {
  const groups = await waiting(20);
  expect(groups.map(({ title }) => title)).toEqual([
    expect.not.stringContaining(':993'),
    'The certificate of mail.example.org:993 has expired',
    'The certificate of mail.example.org:993 has expired',
  ]);
});

test('faults and incidents are counted without what somebody has taken, also when that looks better', async () => {
  const { faults, incidents } = await readIncidentGroups({ waiting: 1, taken: 0, now });
  expect(faults).toBe(3);
  expect(incidents).toEqual({ needsAction: 9, acknowledged: 2 });
  expect(await countIncidents()).toEqual(incidents);
});
