import type { XmlElement } from '@rgrove/parse-xml';
import { childrenNamed, readXml } from '#lib/advert/read-xml.ts';
import { GET } from '#app/feeds/incidents.atom/route.ts';
import { bearer, openConsole, publicUrl, type ConsoleUnderTest } from '#tests/app/support/console.ts';
import { seedIncident } from '#tests/app/support/seed.ts';

let app: ConsoleUnderTest;
let token: string;

beforeAll(async () => {
  app = await openConsole();
  token = await app.token('incidents:read');
  const at = (minute: number) => new Date(Date.parse('2026-11-24T04:00:00Z') + minute * 60_000);
  const hostile = 'A & B <script>\u0001\u001b[31m\ufffe "quoted" \ud83d\ude00 ]]>';
  await seedIncident(app.database, { id: 'I1', state: 'firing', updatedAt: at(1), title: hostile });
  await seedIncident(app.database, { id: 'I2', state: 'resolved', updatedAt: at(2), severity: 'warning' });
  await seedIncident(app.database, { id: 'I3', state: 'suspect', updatedAt: at(3) });
  await seedIncident(app.database, { id: 'I4', state: 'firing', updatedAt: at(4) });
  await app.database.incident.update({ where: { id: 'I4' }, data: { rootId: 'I1' } });
});
afterAll(() => app.close());

const ask = (query: string, headers: Record<string, string> = {}) =>
  GET(new Request(`${publicUrl}/feeds/incidents.atom${query}`, { headers }));

async function readFeed(response: Response): Promise<XmlElement> {
  const root = readXml(await response.text());
  if (!root.ok) throw new Error(root.error);
  return root.value;
}

const textOf = (element: XmlElement, name: string) => childrenNamed(element, name).map((child) => child.text);
const termsOf = (entry: XmlElement) => childrenNamed(entry, 'category').map(({ attributes }) => attributes['term']);

test('has what happened to root incidents, the latest first', async () => {
  const response = await ask(`?token=${token}`);
  expect([response.status, response.headers.get('content-type')]).toEqual([200, 'application/atom+xml; charset=utf-8']);
  const feed = await readFeed(response);
  expect(feed.attributes['xmlns']).toBe('http://www.w3.org/2005/Atom');
  expect(textOf(feed, 'updated')).toEqual(['2026-11-24T04:02:00.000Z']);
  const [first, second, ...more] = childrenNamed(feed, 'entry');
  if (first === undefined || second === undefined) throw new Error('two entries were wanted');
  expect(more).toEqual([]);
  expect([textOf(first, 'id'), textOf(second, 'id')]).toEqual([
    ['urn:x-latchwatch:incident:I2'],
    ['urn:x-latchwatch:incident:I1'],
  ]);
  expect(termsOf(first)).toEqual(['warning', 'resolved', 'certificate-expiry']);
  expect(termsOf(second)).toEqual(['critical', 'open', 'certificate-expiry']);
  // What XML cannot hold is replaced, everything else is as it came.
  expect(textOf(second, 'title')).toEqual(['A & B <script>\ufffd\ufffd[31m\ufffd "quoted" \ud83d\ude00 ]]>']);
  expect(childrenNamed(second, 'link')[0]?.attributes['href']).toBe(`${publicUrl}/incidents/I1`);
  expect(JSON.stringify(feed)).not.toContain(token);
});

test('an entry keeps its id, and its date moves', async () => {
  const before = await readFeed(await ask(`?token=${token}`));
  const at = new Date('2026-11-24T05:00:00Z');
  await app.database.incident.update({ where: { id: 'I1' }, data: { updatedAt: at } });
  const [first] = childrenNamed(await readFeed(await ask(`?token=${token}`)), 'entry');
  const same = childrenNamed(before, 'entry').find(
    (entry) => textOf(entry, 'id')[0] === 'urn:x-latchwatch:incident:I1',
  );
  if (first === undefined || same === undefined) throw new Error('no entry');
  expect(textOf(first, 'id')).toEqual(textOf(same, 'id'));
  expect(textOf(first, 'published')).toEqual(textOf(same, 'published'));
  expect(textOf(first, 'updated')).toEqual([at.toISOString()]);
});

test('is 304 for who has it', async () => {
  const first = await ask(`?token=${token}`);
  expect(first.headers.get('last-modified')).not.toBeNull();
  const again = await ask(`?token=${token}`, { 'if-none-match': first.headers.get('etag') ?? '' });
  expect([again.status, await again.text()]).toEqual([304, '']);
});

test('opens to nobody else, and to no token in an address that may do more', async () => {
  expect((await ask('')).status).toBe(401);
  expect((await ask('?token=lw_wrong')).status).toBe(401);
  const more = await app.token('incidents:read', 'incidents:ack');
  const refused = await ask(`?token=${more}`);
  expect([refused.status, refused.headers.get('content-type')]).toEqual([403, 'application/problem+json']);
  expect((await ask('', bearer(more))).status).toBe(200);
  expect((await ask(`?token=${await app.token('findings:read')}`)).status).toBe(403);
});
