import { createHash, randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Transaction } from '../client.ts';

/**
 * Creates the administrator. `passwordHash` is as better-auth's `hashPassword` makes it; the account row is the one
 * that its sign-in by password looks for. Call it in the transaction that uses up the setup link.
 * @returns false when that e-mail address has a user already.
 */
export async function createAdministrator(
  db: Transaction,
  person: { readonly name: string; readonly email: string; readonly passwordHash: string; readonly now: Date },
): Promise<boolean> {
  const { name, passwordHash, now } = person;
  const id = randomUUID();
  const dates = { createdAt: now, updatedAt: now };
  const { count } = await db.user.createMany({
    data: [{ id, name, email: person.email.toLowerCase(), emailVerified: true, role: 'administrator', ...dates }],
    skipDuplicates: true,
  });
  if (count === 0) return false;
  await db.account.create({
    data: {
      id: randomUUID(),
      userId: id,
      accountId: id,
      providerId: 'credential',
      password: passwordHash,
      ...dates,
    },
  });
  return true;
}

const signInWindowMs = 15 * 60_000;
const signInsAnAccount = 20;
const counted = z.array(z.object({ count: z.number() })).length(1);

/**
 * Counts a try to sign in to one account, whoever makes it: the sender's address, by which better-auth limits, can be
 * claimed in a header. At most 20 in 15 minutes.
 */
export async function countSignIn(
  db: Transaction,
  { email, now }: { readonly email: string; readonly now: Date },
): Promise<{ readonly allowed: boolean }> {
  const key = `account:${createHash('sha256').update(email.trim().toLowerCase()).digest('hex')}`;
  const nowMs = now.getTime();
  const rows: unknown = await db.$queryRaw`
    INSERT INTO rate_limit (id, key, count, last_request) VALUES (${randomUUID()}, ${key}, 1, ${nowMs})
    ON CONFLICT (key) DO UPDATE SET
      count = CASE WHEN rate_limit.last_request <= ${nowMs - signInWindowMs} THEN 1 ELSE rate_limit.count + 1 END,
      last_request = CASE
        WHEN rate_limit.last_request <= ${nowMs - signInWindowMs} THEN EXCLUDED.last_request
        ELSE rate_limit.last_request END
    RETURNING count`;
  const [row] = counted.parse(rows);
  return { allowed: row !== undefined && row.count <= signInsAnAccount };
}
