import { createHash, randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Role } from '#lib/model/role.ts';
import type { Transaction } from '../client.ts';

/** The account row that sign-in by password looks for. */
const passwordProvider = 'credential';

/**
 * Creates somebody who may sign in. `passwordHash` is as better-auth's `hashPassword` makes it; null: they sign in at the
 * identity provider only. Call it in the transaction that uses up the link.
 * @returns the id, or null when that e-mail address has a user already.
 */
export async function createPerson(
  db: Transaction,
  person: {
    readonly name: string;
    readonly email: string;
    readonly role: Role;
    readonly passwordHash: string | null;
    readonly now: Date;
  },
): Promise<string | null> {
  const { name, role, passwordHash, now } = person;
  const id = randomUUID();
  const dates = { createdAt: now, updatedAt: now };
  const { count } = await db.user.createMany({
    data: [{ id, name, email: person.email.toLowerCase(), emailVerified: true, role, ...dates }],
    skipDuplicates: true,
  });
  if (count === 0) return null;
  if (passwordHash !== null) await setPassword(db, { userId: id, passwordHash, now });
  return id;
}

/** Gives somebody a new password, or their first one. Ending their sessions is for the caller. */
export async function setPassword(
  db: Transaction,
  { userId, passwordHash, now }: { readonly userId: string; readonly passwordHash: string; readonly now: Date },
): Promise<void> {
  const { count } = await db.account.updateMany({
    where: { userId, providerId: passwordProvider },
    data: { password: passwordHash, updatedAt: now },
  });
  if (count > 0) return;
  const dates = { createdAt: now, updatedAt: now };
  await db.account.create({
    data: {
      ...{ id: randomUUID(), userId, accountId: userId },
      ...{ providerId: passwordProvider, password: passwordHash, ...dates },
    },
  });
}

/** The hash of somebody's password; null: they have none. */
export async function findPasswordHash(db: Transaction, userId: string): Promise<string | null> {
  const row = await db.account.findFirst({ where: { userId, providerId: passwordProvider } });
  return row?.password ?? null;
}

const signInWindowMs = 15 * 60_000;
const signInsAnAccount = 20;
const counted = z.array(z.object({ count: z.number(), since: z.bigint() })).length(1);

/** The address itself is not kept: strangers type what they like. */
function accountKey(email: string): string {
  return `account:${createHash('sha256').update(email.trim().toLowerCase()).digest('hex')}`;
}

export type SignInCount =
  | { readonly allowed: true }
  | {
      readonly allowed: false;
      readonly until: Date;
      /** The first try that was too many. */
      readonly isFirst: boolean;
    };

/**
 * Counts a try to sign in to one account, whoever makes it: the sender's address, by which better-auth limits, can be
 * claimed in a header. At most 20 in 15 minutes.
 */
export async function countSignIn(
  db: Transaction,
  { email, now }: { readonly email: string; readonly now: Date },
): Promise<SignInCount> {
  const key = accountKey(email);
  const nowMs = now.getTime();
  const rows: unknown = await db.$queryRaw`
    INSERT INTO rate_limit (id, key, count, last_request) VALUES (${randomUUID()}, ${key}, 1, ${nowMs})
    ON CONFLICT (key) DO UPDATE SET
      count = CASE WHEN rate_limit.last_request <= ${nowMs - signInWindowMs} THEN 1 ELSE rate_limit.count + 1 END,
      last_request = CASE
        WHEN rate_limit.last_request <= ${nowMs - signInWindowMs} THEN EXCLUDED.last_request
        ELSE rate_limit.last_request END
    RETURNING count, last_request AS since`;
  const [row] = counted.parse(rows);
  if (row === undefined || row.count <= signInsAnAccount) return { allowed: true };
  const until = new Date(Number(row.since) + signInWindowMs);
  return { allowed: false, until, isFirst: row.count === signInsAnAccount + 1 };
}

/** Unlocks an account: whoever holds its one-time link need not wait for what others tried. */
export async function forgiveSignIns(db: Transaction, email: string): Promise<void> {
  await db.rateLimit.deleteMany({ where: { key: accountKey(email) } });
}
