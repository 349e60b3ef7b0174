import { z } from 'zod';
import { GET } from '#app/find/items/route.ts';
import { openConsole, publicUrl, type ConsoleUnderTest } from '#tests/app/support/console.ts';
import { seedDomain, seedIncident } from '#tests/app/support/seed.ts';

let app: ConsoleUnderTest;
let cookies: Readonly<Record<'viewer' | 'administrator', string>>;
const at = new Date('2026-11-24T04:00:00Z');

beforeAll(async () => {
  app = await openConsole();
  cookies = { viewer: await app.session('viewer'), administrator: await app.session('administrator') };
  await seedDomain(app.database, 'example.org', at);
  await seedDomain(app.database, 'xn--bcher-kva.example', at);
  await seedIncident(app.database, { id: 'I1', state: 'firing', title: 'Expired: \u202email' });
  await seedIncident(app.database, { id: 'I2', state: 'resolved', title: 'Expired, long ago' });
  await app.database.$executeRaw`
    INSERT INTO endpoint (id, service, tls_mode, host, port, created_at)
    SELECT 'many-' || n, 'imap', 'implicit', 'host' || n || '.estate_' || (n % 7) || '.test', 993, ${at}
    FROM generate_series(1, 10000) AS n`;
});
afterAll(() => app.close());

const items = z.array(z.object({ kind: z.string(), href: z.string(), text: z.string(), detail: z.string() }));

async function find(words: string, role: 'viewer' | 'administrator' = 'viewer') {
  const url = `${publicUrl}/find/items?q=${encodeURIComponent(words)}`;
  return items.parse(await (await GET(new Request(url, { headers: { cookie: cookies[role] } }))).json());
}
const textsOf = async (words: string, kind: string) =>
  (await find(words)).filter((item) => item.kind === kind).map(({ text }) => text);

test('finds nothing for whoever is not signed in', async () => {
  const response = await GET(new Request(`${publicUrl}/find/items?q=mail`));
  expect([response.status, await response.json()]).toEqual([401, []]);
});

test('without letters it is the way to every page that the role may see', async () => {
  const hrefs = async (role: 'viewer' | 'administrator') => (await find('', role)).map(({ href }) => href);
  expect(await hrefs('administrator')).toEqual(
    expect.arrayContaining(['/', '/help', '/settings/people', '/silences/new']),
  );
  expect(await hrefs('viewer')).not.toEqual(expect.arrayContaining(['/settings/people']));
  expect(await hrefs('viewer')).not.toEqual(expect.arrayContaining(['/silences/new']));
});

test('names are found by their beginning first, by any part, and in Unicode', async () => {
  expect(await textsOf('example', 'domain')).toEqual(['example.org', 'bücher.example']);
  expect(await textsOf('BÜCHER.example', 'domain')).toEqual(['bücher.example']);
  expect(await textsOf('mail.example.org:993', 'endpoint')).toEqual(['mail.example.org:993']);
  expect(await textsOf('mail.example.org:1', 'endpoint')).toEqual([]);
});

test('open incidents are found by words of their title, and cannot turn text around', async () => {
  expect(await textsOf('expired', 'incident')).toEqual(['Expired: [U+202E]mail']);
});

test('findings are found by their code and by words in any order', async () => {
  expect((await find('certificate-expiry')).map(({ href }) => href)).toContain('/findings/certificate-expiry');
});

test('what LIKE would take as a pattern is a letter, and nothing makes it fail', async () => {
  expect(await textsOf('%', 'endpoint')).toEqual([]);
  expect(await textsOf('estate_1', 'endpoint')).toHaveLength(6);
  for (const words of [
    '_____',
    String.raw`\ `,
    "'; DROP TABLE endpoint; --",
    '\0',
    'a'.repeat(5000),
    '…‮',
    ':',
    ':99999',
  ]) {
    expect(Array.isArray(await find(words))).toBe(true);
  }
});

test('is bounded in a large estate', async () => {
  const found = await find('t');
  const count = (kind: string) => found.filter((item) => item.kind === kind).length;
  expect([count('endpoint'), count('code')]).toEqual([6, 6]);
  expect(found.length).toBeLessThan(50);
});
