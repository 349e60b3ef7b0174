import { conformanceItems, countStandings } from '#app/_queries/conformance-item.ts';
import { readConformance } from '#app/_queries/conformance.ts';
import { openConsole, type ConsoleUnderTest } from '#tests/app/support/console.ts';
import { seedDomain } from '#tests/app/support/seed.ts';

const now = new Date();
const day = 86_400_000;
let app: ConsoleUnderTest;

beforeAll(async () => {
  app = await openConsole();
  await seedDomain(app.database, 'example.org', now);
  await seedDomain(app.database, 'old.example', new Date(now.getTime() - 30 * day));
  await app.database.domain.create({ data: { id: 'new', name: 'new.example', createdAt: now, createdBy: 'a' } });
});
afterAll(() => app.close());

async function rowsOf(id: string, name: string) {
  const conformance = await readConformance({ id, name }, now);
  const items = conformanceItems(conformance);
  return { conformance, row: (row: number) => items.find(({ statement }) => statement.row === row) };
}

test('the latest looks at a domain are judged again, with the places that break a statement', async () => {
  const { conformance, row } = await rowsOf('domain-example.org', 'example.org');
  expect(conformance.endpoints).toHaveLength(2);
  // The second address refuses.
  expect(row(5)?.draft).toBe('fail');
  expect(row(5)?.places).toContainEqual({
    code: 'unreachable',
    text: 'mail.example.org:993 at 2001:db8::10',
    // The very finding on that page.
    href: '/endpoints/endpoint-example.org#unreachable-2001:db8::10',
  });
  expect(row(56)?.draft).toBe('own-duty');
  expect(row(57)?.draft).toBe('needs-reports');
  expect(row(64)?.draft).toBe('client-duty');
  const counts = countStandings(conformance.rows, 'current');
  expect(counts.reduce((sum, { count }) => sum + count, 0)).toBe(conformance.rows.length);
});

test('an old look praises nothing', async () => {
  const { conformance } = await rowsOf('domain-old.example', 'old.example');
  const standings = conformance.rows.flatMap(({ draft, current }) => [draft, current]);
  expect(standings).not.toContain('pass');
  expect(standings).toContain('fail');
});

test('of a new domain nothing is known', async () => {
  const { conformance, row } = await rowsOf('new', 'new.example');
  expect(conformance.rows.every(({ against }) => against.length === 0)).toBe(true);
  expect(row(1)?.current).toBe('not-looked-at');
  expect(conformance.rows.map(({ draft }) => draft)).not.toContain('pass');
});
