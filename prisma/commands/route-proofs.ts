import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { proofLifetimeMs, type RouteProof } from '#lib/incidents/route-proof.ts';
import { storableText } from '#lib/model/stored-text.ts';
import type { Transaction } from '../client.ts';

const tokenPattern = /^[A-Za-z0-9_-]{43}$/;
const keptMs = 60 * 86_400_000;
const maxErrorCharacters = 500;

function hashToken(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

/** Makes a test for one receiver. `token` goes into its link and is kept nowhere. Forgets tests of two months ago. */
export async function createProof(
  db: Transaction,
  { routeId, recipient, now }: { readonly routeId: string; readonly recipient: string; readonly now: Date },
): Promise<{ readonly id: string; readonly token: string }> {
  const id = randomUUID();
  const token = randomBytes(32).toString('base64url');
  await db.routeProof.deleteMany({ where: { routeId, createdAt: { lt: new Date(now.getTime() - keptMs) } } });
  await db.routeProof.create({ data: { id, routeId, recipient, tokenHash: hashToken(token), createdAt: now } });
  return { id, token };
}

/** Writes down that a test went out (`error` null), or why not. */
export async function noteProof(
  db: Transaction,
  { id, error, now }: { readonly id: string; readonly error: string | null; readonly now: Date },
): Promise<void> {
  await db.routeProof.updateMany({
    where: { id },
    data: error === null ? { sentAt: now, error: null } : { error: storableText(error).slice(0, maxErrorCharacters) },
  });
}

/** What a link asks to confirm. */
export interface AskedProof {
  readonly routeName: string;
  readonly recipient: string;
  readonly createdAt: Date;
  readonly confirmedAt: Date | null;
}

/** The test that a link belongs to; null: there is none, or it is older than eight days. */
export async function findProof(db: Transaction, token: string, now: Date): Promise<AskedProof | null> {
  if (!tokenPattern.test(token)) return null;
  const row = await db.routeProof.findUnique({
    where: { tokenHash: hashToken(token) },
    select: { recipient: true, createdAt: true, confirmedAt: true, route: { select: { name: true, removedAt: true } } },
  });
  if (row === null || row.route.removedAt !== null || isOld(row.createdAt, now)) return null;
  const { recipient, createdAt, confirmedAt } = row;
  return { routeName: row.route.name, recipient, createdAt, confirmedAt };
}

/** Somebody says that the test arrived. The first time counts. False: no such test, or too old. */
export async function confirmProof(db: Transaction, token: string, now: Date): Promise<boolean> {
  const proof = await findProof(db, token, now);
  if (proof === null) return false;
  const { recipient } = proof;
  await db.routeProof.updateMany({
    where: { tokenHash: hashToken(token), confirmedAt: null },
    data: { confirmedAt: now, confirmedBy: recipient },
  });
  return true;
}

/** The tests of some routes. */
export async function readProofs(
  db: Transaction,
  routeIds: readonly string[],
): Promise<ReadonlyMap<string, readonly RouteProof[]>> {
  const rows = await db.routeProof.findMany({
    where: { routeId: { in: [...routeIds] } },
    orderBy: { createdAt: 'asc' },
    select: { routeId: true, recipient: true, createdAt: true, sentAt: true, error: true, confirmedAt: true },
  });
  const proofs = new Map<string, RouteProof[]>();
  for (const { routeId, recipient, error, ...at } of rows) {
    const list = proofs.get(routeId) ?? [];
    list.push({
      ...{ recipient, error },
      createdAt: at.createdAt.getTime(),
      sentAt: at.sentAt?.getTime() ?? null,
      confirmedAt: at.confirmedAt?.getTime() ?? null,
    });
    proofs.set(routeId, list);
  }
  return proofs;
}

function isOld(createdAt: Date, now: Date): boolean {
  return now.getTime() - createdAt.getTime() > proofLifetimeMs;
}
