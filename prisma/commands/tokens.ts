import { createHash, randomBytes, randomUUID } from 'node:crypto';
import type { Database, Transaction } from '../client.ts';
import { writeAudit } from './audit.ts';

/** What a token of the API can be allowed to do. */
export const tokenScopes = [
  'incidents:read',
  'incidents:ack',
  'incidents:silence',
  'inventory:read',
  'inventory:write',
  'findings:read',
  'status:read',
  'preflight:run',
] as const;

export type TokenScope = (typeof tokenScopes)[number];

/** True when the word is a scope that this version knows. */
export function isTokenScope(word: string): word is TokenScope {
  return tokenScopes.some((scope) => scope === word);
}

/** Who asks, as far as a token says. */
export interface VerifiedToken {
  readonly id: string;
  readonly name: string;
  readonly scopes: readonly string[];
}

/** A token as a list shows it: what it opens is not kept. */
export interface TokenSummary extends VerifiedToken {
  readonly createdAt: Date;
  readonly createdBy: string;
  readonly expiresAt: Date | null;
  readonly lastUsedAt: Date | null;
  readonly revokedAt: Date | null;
}

const prefix = 'lw_';
/** 32 random bytes in base64url. */
const tokenPattern = /^lw_[A-Za-z0-9_-]{43}$/;
const lastUsedStepMs = 60_000;

/** SHA-256 in lower-case hex. A fast hash is enough for 256 random bits: there is nothing to guess. */
function hashToken(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

/**
 * Makes a token. The answer holds the only copy of its text: the database keeps its hash.
 * `createdBy` is a user's address, or `command line`. Call it in a transaction: it writes to the audit record.
 */
export async function createToken(
  db: Transaction,
  options: {
    readonly name: string;
    readonly scopes: readonly TokenScope[];
    readonly createdBy: string;
    readonly now: Date;
    readonly expiresAt?: Date | null;
  },
): Promise<{ readonly id: string; readonly token: string }> {
  const token = `${prefix}${randomBytes(32).toString('base64url')}`;
  const id = randomUUID();
  await db.apiToken.create({
    data: {
      id,
      name: options.name,
      hash: hashToken(token),
      scopes: [...new Set(options.scopes)],
      createdAt: options.now,
      createdBy: options.createdBy,
      expiresAt: options.expiresAt ?? null,
    },
  });
  const { name, createdBy: actor, now } = options;
  const detail = { name, scopes: options.scopes.join(' '), expires: options.expiresAt?.toISOString() ?? 'never' };
  await writeAudit(db, { actor, action: 'token.created', subject: id, detail, now });
  return { id, token };
}

/**
 * Says whose token it is; null for one that is unknown, expired or revoked. Notes the use at most once a minute, so that
 * a busy client does not write with each request.
 */
export async function verifyToken(options: {
  readonly db: Database;
  readonly token: string;
  readonly now: Date;
}): Promise<VerifiedToken | null> {
  const { db, token, now } = options;
  if (!tokenPattern.test(token)) return null;
  const row = await db.apiToken.findUnique({ where: { hash: hashToken(token) } });
  if (row === null || row.revokedAt !== null || (row.expiresAt !== null && row.expiresAt <= now)) return null;
  if (row.lastUsedAt === null || now.getTime() - row.lastUsedAt.getTime() >= lastUsedStepMs) {
    await db.apiToken.updateMany({ where: { id: row.id }, data: { lastUsedAt: now } });
  }
  return { id: row.id, name: row.name, scopes: row.scopes };
}

/** All tokens, the newest first, also those that no longer open anything. */
export async function listTokens(db: Transaction): Promise<readonly TokenSummary[]> {
  return db.apiToken.findMany({ omit: { hash: true }, orderBy: { createdAt: 'desc' } });
}

/**
 * Ends a token for good. False when there is none with this id; one already revoked keeps its first date. Call it in a
 * transaction: it writes to the audit record.
 */
export async function revokeToken(
  db: Transaction,
  { id, actor, now }: { readonly id: string; readonly actor: string; readonly now: Date },
): Promise<boolean> {
  const { count } = await db.apiToken.updateMany({ where: { id, revokedAt: null }, data: { revokedAt: now } });
  const token = await db.apiToken.findUnique({ where: { id } });
  if (token === null) return false;
  if (count > 0)
    await writeAudit(db, { actor, action: 'token.revoked', subject: id, detail: { name: token.name }, now });
  return true;
}
