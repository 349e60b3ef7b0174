import { noteCensusDay, readAdvertisedTimes, readCensusDays } from '#prisma/commands/census-days.ts';
import { seedHolders } from '#tests/support/census.ts';
import { createTestDatabase, type TestDatabase } from '#tests/support/database.ts';

const dayMs = 86_400_000;
const today = Date.UTC(2026, 10, 25);
const noon = (days: number) => new Date(today + (days + 0.5) * dayMs);
let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase();
});
afterAll(() => test.close());

const read = () => readCensusDays(test.database, { since: new Date(today - 10 * dayMs), maxTags: 1 });

it('keeps nothing while nobody has told anything', async () => {
  await noteCensusDay(test.database, noon(0));
  expect(await read()).toEqual([]);
});

it('keeps a day once, however often it is counted', async () => {
  const seen = { client: 'Courier', lastDay: noon(0) };
  await seedHolders(test.database, [
    { ...seen, account: 'a', latched: ['tls12'] },
    { ...seen, account: 'b', supported: ['tls12'] },
    { ...seen, account: 'c', latched: ['tls12', 'tls-cert'] },
  ]);
  await noteCensusDay(test.database, noon(0));
  await noteCensusDay(test.database, noon(0));
  const counts = { supported: 1, presumed: 0, at: today };
  expect(await read()).toEqual([
    { ...counts, tag: '', latched: 2 },
    { ...counts, tag: 'tls12', latched: 2 },
  ]);
});

it('goes on the next day with who is there then', async () => {
  await seedHolders(test.database, [{ account: 'd', client: 'Courier', latched: ['tls12'], lastDay: noon(1) }]);
  await noteCensusDay(test.database, noon(1));
  expect((await read()).filter(({ tag }) => tag === 'tls12').map(({ at, latched }) => [at, latched])).toEqual([
    [today, 2],
    [today + dayMs, 3],
  ]);
});

it('tells when any host advertised a tag', async () => {
  const times = (host: string, from: number, to: number) => ({
    ...{ host, tag: 'tls12', firstSeen: new Date(from), lastSeen: new Date(to) },
  });
  await test.database.commitment.createMany({ data: [times('a.example', 5, 90), times('b.example', 1, 40)] });
  expect(await readAdvertisedTimes(test.database, ['tls12', 'tls-cert'])).toEqual([{ tag: 'tls12', from: 1, to: 90 }]);
});
