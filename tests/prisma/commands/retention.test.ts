import { chooseRetention, readRetention, readRetentionChoices } from '#prisma/commands/retention.ts';
import { createTestDatabase, type TestDatabase } from '#tests/support/database.ts';

describe('the retention that people choose', () => {
  let test: TestDatabase;
  beforeAll(async () => {
    test = await createTestDatabase();
  });
  afterAll(() => test.close());

  const now = new Date(Date.UTC(2026, 10, 25, 12));
  const choose = (days: { observations: number; incidents: number; reports: number }) =>
    test.database.$transaction((tx) => chooseRetention(tx, { days, longestDays: 400, actor: 'ada@example.org', now }));

  it('is kept, and written to the record only where it differs', async () => {
    expect(await choose({ observations: 30, incidents: 400, reports: 400 })).toEqual({
      ...{ ok: true, value: { changed: ['observations'] } },
    });
    expect(await choose({ observations: 30, incidents: 400, reports: 400 })).toMatchObject({ value: { changed: [] } });
    expect(await readRetention(test.database, 400)).toEqual({ observations: 30, incidents: 400, reports: 400 });
    expect((await readRetentionChoices(test.database)).get('observations')).toMatchObject({ by: 'ada@example.org' });
    const written = await test.database.auditEntry.findMany({ where: { action: 'retention.changed' } });
    expect(written).toMatchObject([{ detail: { observations: '400 -> 30 days' }, actor: 'ada@example.org' }]);
  });

  it.each([
    { observations: 6, incidents: 400, reports: 400 },
    { observations: 401, incidents: 400, reports: 400 },
    { observations: 30.5, incidents: 400, reports: 400 },
    { observations: Number.NaN, incidents: 400, reports: 400 },
    { observations: 30, incidents: 29, reports: 400 },
    { observations: 30, incidents: 400, reports: 89 },
  ])('refuses %j and leaves everything as it was', async (days) => {
    expect(await choose(days)).toMatchObject({ ok: false });
    expect(await readRetention(test.database, 400)).toEqual({ observations: 30, incidents: 400, reports: 400 });
  });

  it('gives way to a shorter environment', async () => {
    expect(await readRetention(test.database, 14)).toEqual({ observations: 14, incidents: 30, reports: 14 });
  });
});
