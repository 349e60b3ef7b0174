import { incidentFilterItem, incidentListHref, noFilter, readIncidentFilter } from '#app/_queries/incident-filter.ts';
import { listIncidents, type IncidentFilter } from '#app/_queries/incidents.ts';
import { GET as exportCsv } from '#app/(console)/incidents/export/route.ts';
import { bearer, call, openConsole, type ConsoleUnderTest } from '#tests/app/support/console.ts';
import { seedIncident } from '#tests/app/support/seed.ts';

let app: ConsoleUnderTest;
const me = 'ada@example.org';

beforeAll(async () => {
  app = await openConsole();
  const db = app.database;
  await seedIncident(db, { id: '1', state: 'firing', severity: 'warning', host: 'a.example' });
  await seedIncident(db, { id: '2', state: 'acknowledged', acknowledgedAt: new Date(), host: 'b.example' });
  await db.incident.update({ where: { id: '2' }, data: { acknowledgedBy: me } });
  await seedIncident(db, { id: '3', state: 'firing', code: 'unreachable', host: 'b.example' });
  await db.incident.update({ where: { id: '3' }, data: { owner: 'bob@example.org' } });
  await seedIncident(db, { id: '4', state: 'resolved', title: '=cmd|calc\r\n"quoted"', host: 'c.example' });
  await seedIncident(db, { id: '5', state: 'suspect', host: 'a.example' });
  // A shared cause at one host, with a place at another.
  await seedIncident(db, { id: '6', state: 'firing', host: 'shared.example' });
  await seedIncident(db, { id: '7', state: 'firing', host: 'place.example' });
  await db.incident.update({ where: { id: '7' }, data: { rootId: '6' } });
});
afterAll(() => app.close());

const list = async (more: Partial<IncidentFilter>) => {
  const { incidents } = await listIncidents({ filter: { ...noFilter, ...more }, after: null, limit: 50 });
  return incidents.map(({ id }) => id);
};

test('the list is narrowed by state, severity, host, code and with whom', async () => {
  expect(await list({})).toEqual(['6', '3', '2', '1']);
  expect(await list({ state: 'waiting' })).toEqual(['6', '3', '1']);
  expect(await list({ state: 'acknowledged' })).toEqual(['2']);
  expect(await list({ state: 'resolved' })).toEqual(['4']);
  expect(await list({ state: 'all' })).toEqual(['6', '4', '3', '2', '1']);
  expect(await list({ severityAtLeast: 'error' })).toEqual(['6', '3', '2']);
  expect(await list({ code: 'unreachable' })).toEqual(['3']);
  expect(await list({ host: 'b.example' })).toEqual(['3', '2']);
  expect(await list({ owner: 'nobody' })).toEqual(['6', '1']);
  expect(await list({ owner: { email: me } })).toEqual(['2']);
  expect(await list({ owner: { email: 'bob@example.org' }, host: 'a.example' })).toEqual([]);
});

test('the host of a place finds the incident that speaks for it', async () => {
  expect(await list({ host: 'place.example' })).toEqual(['6']);
});

test('pages follow each other without a row twice or left out', async () => {
  const ids: string[] = [];
  let after: string | null = null;
  do {
    const page: Awaited<ReturnType<typeof listIncidents>> = await listIncidents({ filter: noFilter, after, limit: 3 });
    ids.push(...page.incidents.map(({ id }) => id));
    after = page.next;
  } while (after !== null);
  expect(ids).toEqual(['6', '3', '2', '1']);
});

test('an address says what it asks for and nothing that is as usual, and reads back the same', () => {
  const filter: IncidentFilter = {
    ...{ state: 'all', severityAtLeast: 'error', code: 'a&b', host: 'xn--bcher-kva.example' },
    owner: { email: 'bob@example.org' },
  };
  const href = incidentListHref(filter, { after: '7' });
  expect(href).toBe(
    '/incidents?state=all&severity=error&owner=bob%40example.org&host=xn--bcher-kva.example&code=a%26b&after=7',
  );
  const parameters = new URL(href, 'http://x').searchParams;
  expect(readIncidentFilter((name) => parameters.get(name), me)).toEqual(filter);
  expect(incidentListHref(noFilter)).toBe('/incidents');
  const typed = new Map([
    ['host', 'Bücher.example'],
    ['owner', 'me'],
    ['state', 'nonsense'],
    ['severity', 'nonsense'],
  ]);
  const read = readIncidentFilter((name) => typed.get(name) ?? null, me);
  expect(read).toEqual({ ...noFilter, host: 'xn--bcher-kva.example', owner: { email: me } });
  expect(incidentFilterItem(read, me)).toMatchObject({ owner: 'me', state: 'open', severity: '' });
});

test('the CSV has the rows of the list, no formula, and one line a row', async () => {
  const headers = bearer(await app.token('incidents:read'));
  const get = (query: string) => call(exportCsv, { headers, path: `/incidents/export${query}` });
  const open = await (await get('')).text();
  expect(open.trim().split('\r\n')).toHaveLength(5);
  expect(open).not.toContain('c.example');
  const response = await get('?state=resolved&host=c.example');
  expect(response.headers.get('content-type')).toContain('text/csv');
  const text = await response.text();
  expect(text).toContain(`"'=cmd|calc\r\n""quoted"""`);
  expect(text).toContain('http://localhost:3000/incidents/4');
});
