import { z } from 'zod';
import type { Database } from '../client.ts';

/** How long an answer is kept. */
const keptMs = 24 * 60 * 60 * 1000;
/** Who has not answered by then was broken off: the next one may try. */
const answeringMs = 60_000;
/** Stands where the answer comes. */
const unanswered = 0;

export interface KeptAnswer {
  readonly status: number;
  /** Text that the caller of `keepAnswer` gave. */
  readonly body: string;
}

export type Claimed =
  /** Do it, then `keepAnswer` or `forgetRequest`. */
  | { readonly outcome: 'first' }
  | { readonly outcome: 'answered'; readonly answer: KeptAnswer }
  | { readonly outcome: 'in-progress' }
  /** The key stands for another request. */
  | { readonly outcome: 'other-request' };

/** Who asks, the key that came, and SHA-256 of the request in hex. */
export interface IdempotentCall {
  readonly actor: string;
  readonly key: string;
  readonly requestHash: string;
}

const row = z.object({ request_hash: z.string(), status: z.number(), body: z.string() });

/** Takes a key for a request, once of however many come at the same time. Deletes what is older than a day. */
export async function claimRequest(
  db: Database,
  { actor, key, requestHash, now }: IdempotentCall & { readonly now: Date },
): Promise<Claimed> {
  await db.idempotentRequest.deleteMany({ where: { at: { lt: new Date(now.getTime() - keptMs) } } });
  const abandoned = new Date(now.getTime() - answeringMs);
  const claimed = await db.$executeRaw`
    INSERT INTO idempotent_request AS kept (actor, key, request_hash, at, status, body)
    VALUES (${actor}, ${key}, ${requestHash}, ${now}, ${unanswered}, '')
    ON CONFLICT (actor, key) DO UPDATE SET at = EXCLUDED.at
      WHERE kept.status = ${unanswered} AND kept.at < ${abandoned} AND kept.request_hash = EXCLUDED.request_hash`;
  if (claimed === 1) return { outcome: 'first' };
  const rows = await db.$queryRaw`
    SELECT request_hash, status, body FROM idempotent_request WHERE actor = ${actor} AND key = ${key}`;
  const [kept] = z.array(row).parse(rows);
  // It failed a moment ago and was forgotten.
  if (kept === undefined) return { outcome: 'in-progress' };
  if (kept.request_hash !== requestHash) return { outcome: 'other-request' };
  if (kept.status === unanswered) return { outcome: 'in-progress' };
  return { outcome: 'answered', answer: { status: kept.status, body: kept.body } };
}

/** Keeps the answer for whoever sends the same again. */
export async function keepAnswer(db: Database, call: IdempotentCall, answer: KeptAnswer): Promise<void> {
  const { actor, key, requestHash } = call;
  await db.idempotentRequest.updateMany({ where: { actor, key, requestHash }, data: { ...answer } });
}

/** Gives the key back: nothing was done, so that the next one may try. */
export async function forgetRequest(db: Database, { actor, key, requestHash }: IdempotentCall): Promise<void> {
  await db.idempotentRequest.deleteMany({ where: { actor, key, requestHash, status: unanswered } });
}
