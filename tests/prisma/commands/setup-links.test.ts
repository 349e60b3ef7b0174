import type { Transaction } from '#prisma/client.ts';
import {
  createInvitation,
  createResetLink,
  createSetupLink,
  findSetupLink,
  listInvitations,
  takeInvitationOf,
  takeSetupLink,
  withdrawInvitation,
} from '#prisma/commands/setup-links.ts';
import { createTestDatabase, type TestDatabase } from '#tests/support/database.ts';

const forFirst = { kind: 'first-administrator' };
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
    expect(await findSetupLink(db, first, hours(23))).toEqual(forFirst);
    expect(await findSetupLink(db, first, hours(24))).toBeNull();
    const second = await newLink(db, hours(1));
    expect(await findSetupLink(db, first, hours(1))).toBeNull();
    expect(await findSetupLink(db, second, hours(1))).toEqual(forFirst);
    expect(await findSetupLink(db, 'x', hours(1))).toBeNull();
    expect(await takeSetupLink(db, second, hours(26))).toBeNull();
  });

  it('is neither made nor taken once there is an administrator', async () => {
    const db = test.database;
    const link = await newLink(db, hours(0));
    await createAdministrator(db);
    expect(await createSetupLink(db, hours(0))).toBeNull();
    expect(await findSetupLink(db, link, hours(0))).toBeNull();
    expect(await takeSetupLink(db, link, hours(0))).toBeNull();
  });

  it('lets one of many in who come at the same time', async () => {
    const db = test.database;
    const link = await newLink(db, hours(0));
    const taken = await Promise.all(
      Array.from({ length: 5 }, () => db.$transaction((tx) => takeSetupLink(tx, link, hours(1)))),
    );
    expect(taken.filter((link) => link !== null)).toEqual([forFirst]);
  });

  it('is good again when what it was used for failed', async () => {
    const db = test.database;
    const link = await newLink(db, hours(0));
    const failing = db.$transaction(async (tx) => {
      expect(await takeSetupLink(tx, link, hours(1))).toEqual(forFirst);
      throw new Error('no such luck');
    });
    await expect(failing).rejects.toThrow('no such luck');
    expect(await findSetupLink(db, link, hours(1))).toEqual(forFirst);
  });
});

describe('an invitation', () => {
  let test: TestDatabase;
  beforeAll(async () => {
    test = await createTestDatabase();
    await createAdministrator(test.database);
  });
  afterAll(() => test.close());
  const asked = {
    email: 'Otto@example.com',
    role: 'operator',
    hours: 48,
    actor: 'a@example.com',
    now: hours(0),
  } as const;

  async function invite(): Promise<string> {
    const made = await createInvitation(test.database, asked);
    if (!made.ok) throw new Error(made.error);
    return made.value.secret;
  }

  it('names who may come and as what, for as long as it says, and only the newest', async () => {
    const db = test.database;
    const old = await invite();
    const secret = await invite();
    expect(await findSetupLink(db, old, hours(1))).toBeNull();
    const link = { kind: 'invitation', email: 'otto@example.com', role: 'operator' };
    expect(await findSetupLink(db, secret, hours(47))).toEqual(link);
    expect(await findSetupLink(db, secret, hours(48))).toBeNull();
    expect(await listInvitations(db, hours(47))).toMatchObject([
      { email: 'otto@example.com', createdBy: 'a@example.com' },
    ]);
    expect(await createSetupLink(db, hours(1))).toBeNull();
    expect(await takeSetupLink(db, secret, hours(2))).toEqual(link);
    expect(await takeSetupLink(db, secret, hours(2))).toBeNull();
    expect(await takeInvitationOf(db, 'otto@example.com', hours(2))).toBeNull();
    expect(await listInvitations(db, hours(2))).toEqual([]);
  });

  it('can be withdrawn, is taken once by a proved address, and is not for people who are there', async () => {
    const db = test.database;
    const secret = await invite();
    const deed = { email: 'otto@example.com', actor: 'a@example.com', now: hours(0) };
    expect(await withdrawInvitation(db, deed)).toBe(true);
    expect(await withdrawInvitation(db, deed)).toBe(false);
    expect(await findSetupLink(db, secret, hours(1))).toBeNull();
    await invite();
    expect(await takeInvitationOf(db, 'otto@example.com', hours(1))).toBe('operator');
    expect(await takeInvitationOf(db, 'otto@example.com', hours(1))).toBeNull();
    expect(await createInvitation(db, { ...asked, email: 'A@example.com' })).toMatchObject({ ok: false });
  });

  it('is another thing than a link for a new password, which only people who are there get', async () => {
    const db = test.database;
    const deed = { actor: 'command line', now: hours(0) };
    expect(await createResetLink(db, { ...deed, email: 'nobody@example.com' })).toMatchObject({ ok: false });
    const made = await createResetLink(db, { ...deed, email: 'A@example.com' });
    if (!made.ok) throw new Error(made.error);
    expect(await findSetupLink(db, made.value.secret, hours(23))).toEqual({ kind: 'reset', email: 'a@example.com' });
    expect(await findSetupLink(db, made.value.secret, hours(24))).toBeNull();
    expect(await takeInvitationOf(db, 'a@example.com', hours(1))).toBeNull();
  });
});
