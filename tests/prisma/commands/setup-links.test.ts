import type { Transaction } from '#prisma/client.ts';
import { createSetupLink, findSetupLink, takeSetupLink } from '#prisma/commands/setup-links.ts';
import { createTestDatabase, type TestDatabase } from '#tests/support/database.ts';

const start = Date.UTC(2026, 0, 1);
const hours = (count: number) => new Date(start + count * 3_600_000);

async function createAdministrator(db: Transaction): Promise<void> {
  await db.user.create({ data: { id: 'a', name: 'A', email: 'a@example.com', role: 'administrator' } });
}

async function newLink(db: Transaction, now: Date): Promise<string> {
  const link = await createSetupLink(db, now);
  if (link === null) throw new Error('there is an administrator');
  return link;
}

describe('the setup link', () => {
  let test: TestDatabase;
  beforeAll(async () => {
    test = await createTestDatabase();
  });
  afterAll(() => test.close());
  beforeEach(async () => {
    await test.database.user.deleteMany();
    await test.database.setupLink.deleteMany();
  });

  it('is good for one day and only while it is the newest', async () => {
    const db = test.database;
    const first = await newLink(db, hours(0));
    expect(await findSetupLink(db, first, hours(23))).toBe(true);
    expect(await findSetupLink(db, first, hours(24))).toBe(false);
    const second = await newLink(db, hours(1));
    expect(await findSetupLink(db, first, hours(1))).toBe(false);
    expect(await findSetupLink(db, second, hours(1))).toBe(true);
    expect(await findSetupLink(db, 'x', hours(1))).toBe(false);
    expect(await takeSetupLink(db, second, hours(26))).toBe(false);
  });

  it('is neither made nor taken once there is an administrator', async () => {
    const db = test.database;
    const link = await newLink(db, hours(0));
    await createAdministrator(db);
    expect(await createSetupLink(db, hours(0))).toBeNull();
    expect(await findSetupLink(db, link, hours(0))).toBe(false);
    expect(await takeSetupLink(db, link, hours(0))).toBe(false);
  });

  it('lets one of many in who come at the same time', async () => {
    const db = test.database;
    const link = await newLink(db, hours(0));
    const taken = await Promise.all(
      Array.from({ length: 5 }, () => db.$transaction((tx) => takeSetupLink(tx, link, hours(1)))),
    );
    expect(taken.filter(Boolean)).toHaveLength(1);
  });

  it('is good again when what it was used for failed', async () => {
    const db = test.database;
    const link = await newLink(db, hours(0));
    const failing = db.$transaction(async (tx) => {
      expect(await takeSetupLink(tx, link, hours(1))).toBe(true);
      throw new Error('no such luck');
    });
    await expect(failing).rejects.toThrow('no such luck');
    expect(await findSetupLink(db, link, hours(1))).toBe(true);
  });
});
