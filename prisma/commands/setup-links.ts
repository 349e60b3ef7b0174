import { createHash, randomBytes } from 'node:crypto';
import type { Transaction } from '../client.ts';

const lifetimeMs = 24 * 3_600_000;
const linkPattern = /^[A-Za-z0-9_-]{43}$/;

function hashLink(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}

/** True when somebody can administrate: from then on no setup link is made or taken. */
async function hasAdministrator(db: Transaction): Promise<boolean> {
  return (await db.user.count({ where: { role: 'administrator' } })) > 0;
}

/**
 * Makes the secret part of a link that creates the first administrator, good for 24 hours and one use; null when there
 * is an administrator. Links made before stop working: whoever reads an old log gets nothing.
 */
export async function createSetupLink(db: Transaction, now: Date): Promise<string | null> {
  if (await hasAdministrator(db)) return null;
  const secret = randomBytes(32).toString('base64url');
  await db.setupLink.deleteMany({ where: { usedAt: null } });
  await db.setupLink.create({
    data: { hash: hashLink(secret), createdAt: now, expiresAt: new Date(now.getTime() + lifetimeMs) },
  });
  return secret;
}

/** Whether a link would be taken now: for showing the form. */
export async function findSetupLink(db: Transaction, secret: string, now: Date): Promise<boolean> {
  if (!linkPattern.test(secret) || (await hasAdministrator(db))) return false;
  const row = await db.setupLink.findUnique({ where: { hash: hashLink(secret) } });
  return row !== null && row.usedAt === null && row.expiresAt > now;
}

/**
 * Takes a link. Call it in the transaction that creates the administrator: of two who come at the same time one gets
 * true, and if the creation fails the link is good again.
 */
export async function takeSetupLink(tx: Transaction, secret: string, now: Date): Promise<boolean> {
  if (!linkPattern.test(secret)) return false;
  // The update locks the row; a second transaction waits here and then finds usedAt set.
  const { count } = await tx.setupLink.updateMany({
    where: { hash: hashLink(secret), usedAt: null, expiresAt: { gt: now } },
    data: { usedAt: now },
  });
  return count === 1 && !(await hasAdministrator(tx));
}
