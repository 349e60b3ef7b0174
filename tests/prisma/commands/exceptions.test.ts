import {
  findException,
  listExceptions,
  maxExceptionDays,
  readExceptions,
  revokeException,
  signException,
} from '#prisma/commands/exceptions.ts';
import { createTestDatabase, type TestDatabase } from '#tests/support/database.ts';
import { testEndpoint } from '#tests/support/observations.ts';

const start = Date.UTC(2026, 0, 1);
const day = (days: number) => new Date(start + days * 86_400_000);
const subject = { kind: 'endpoint', endpoint: testEndpoint() } as const;

describe('exceptions', () => {
  let test: TestDatabase;
  beforeAll(async () => {
    test = await createTestDatabase();
  });
  afterAll(() => test.close());
  beforeEach(() => test.database.exception.deleteMany());

  const sign = (change: Partial<Parameters<typeof signException>[1]> = {}) =>
    signException(test.database, {
      code: 'plaintext-password',
      subject: 'host:mail.example.org',
      reason: '  old scanners ',
      endsAt: day(30),
      actor: 'approver@example.org',
      now: day(0),
      ...change,
    });

  it('counts from the signature to its end', async () => {
    const made = await sign();
    if (!made.ok) throw new Error(made.error);
    await expect(readExceptions(test.database, { subject, now: day(29).getTime() })).resolves.toMatchObject([
      { id: made.value.id, reason: 'old scanners', signedBy: 'approver@example.org', endsAt: day(30).getTime() },
    ]);
    await expect(readExceptions(test.database, { subject, now: day(30).getTime() })).resolves.toEqual([]);
    const other = { kind: 'domain', domain: 'example.org' } as const;
    await expect(readExceptions(test.database, { subject: other, now: day(1).getTime() })).resolves.toEqual([]);
  });

  it('wants a reason and an end that is to come, at most 400 days away', async () => {
    expect(maxExceptionDays).toBe(400);
    for (const change of [
      { reason: '  ' },
      { reason: 'x'.repeat(501) },
      { endsAt: day(0) },
      { endsAt: day(401) },
      { endsAt: new Date(Number.NaN) },
    ]) {
      await expect(sign(change)).resolves.toMatchObject({ ok: false });
    }
    await expect(sign({ endsAt: day(400) })).resolves.toMatchObject({ ok: true });
    await expect(listExceptions(test.database)).resolves.toHaveLength(1);
  });

  it('is taken back once, and stays on record', async () => {
    const made = await sign();
    const id = made.ok ? made.value.id : '';
    expect(await revokeException(test.database, { id, actor: 'a@example.org', now: day(2) })).toBe(true);
    expect(await revokeException(test.database, { id, actor: 'b@example.org', now: day(3) })).toBe(true);
    expect(await revokeException(test.database, { id: 'none', actor: 'b@example.org', now: day(3) })).toBe(false);
    await expect(readExceptions(test.database, { subject, now: day(4).getTime() })).resolves.toEqual([]);
    await expect(findException(test.database, id)).resolves.toMatchObject({
      revokedAt: day(2).getTime(),
      revokedBy: 'a@example.org',
    });
    await expect(findException(test.database, 'none')).resolves.toBeNull();
  });
});
