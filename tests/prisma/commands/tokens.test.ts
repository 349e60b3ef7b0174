import { createToken, isTokenScope, listTokens, revokeToken, verifyToken } from '#prisma/commands/tokens.ts';
import { createTestDatabase, type TestDatabase } from '#tests/support/database.ts';

const start = Date.UTC(2026, 0, 1);
const at = (seconds: number) => new Date(start + seconds * 1000);

describe('API tokens', () => {
  let test: TestDatabase;
  beforeAll(async () => {
    test = await createTestDatabase();
  });
  afterAll(() => test.close());

  it('opens what was asked for, and the database does not hold it', async () => {
    const db = test.database;
    const { id, token } = await createToken(db, {
      name: 'monitoring',
      scopes: ['incidents:read', 'incidents:read', 'status:read'],
      createdBy: 'command line',
      now: at(0),
    });
    expect(token).toMatch(/^lw_[\w-]{43}$/);
    await expect(verifyToken({ db, token, now: at(1) })).resolves.toEqual({
      id,
      name: 'monitoring',
      scopes: ['incidents:read', 'status:read'],
    });
    const row = await db.apiToken.findUniqueOrThrow({ where: { id } });
    expect(JSON.stringify(row)).not.toContain(token.slice(3));
  });

  it('does not take a token that is unknown, malformed, expired or revoked', async () => {
    const db = test.database;
    const { id, token } = await createToken(db, {
      name: 'short',
      scopes: ['status:read'],
      createdBy: 'command line',
      now: at(0),
      expiresAt: at(100),
    });
    const valid = async (text: string, now: Date) => (await verifyToken({ db, token: text, now })) !== null;
    expect(await valid(token, at(99))).toBe(true);
    expect(await valid(token, at(100))).toBe(false);
    expect(await valid(`lw_${'A'.repeat(43)}`, at(1))).toBe(false);
    expect(await valid(`${token}\u0000`, at(1))).toBe(false);
    expect(await valid('', at(1))).toBe(false);
    expect(await revokeToken(db, { id, actor: 'anna@example.org', now: at(5) })).toBe(true);
    expect(await valid(token, at(6))).toBe(false);
    // The first date stays.
    expect(await revokeToken(db, { id, actor: 'anna@example.org', now: at(7) })).toBe(true);
    const row = (await listTokens(db)).find((entry) => entry.id === id);
    expect(row?.revokedAt).toEqual(at(5));
    expect(await revokeToken(db, { id: 'none', actor: 'anna@example.org', now: at(8) })).toBe(false);
  });

  it('notes the use at most once a minute', async () => {
    const db = test.database;
    const { id, token } = await createToken(db, { name: 'x', scopes: [], createdBy: 'a', now: at(0) });
    const lastUsed = async (now: Date) => {
      await verifyToken({ db, token, now });
      return (await db.apiToken.findUniqueOrThrow({ where: { id } })).lastUsedAt;
    };
    expect(await lastUsed(at(10))).toEqual(at(10));
    expect(await lastUsed(at(69))).toEqual(at(10));
    expect(await lastUsed(at(70))).toEqual(at(70));
  });

  it('knows its scopes', () => {
    expect(['incidents:ack', 'everything'].map(isTokenScope)).toEqual([true, false]);
  });
});
