import { z } from 'zod';
import { chainStart, followChain, type ChainBreak, type ChainedEntry, type ChainEnd } from '#lib/audit/chain.ts';
import type { Transaction } from '../client.ts';

/** What somebody did that others must be able to look up later. Never holds the address of an account. */
export interface AuditRecord {
  /** The mail address of a user, the name of a token, or `command line`. */
  readonly actor: string;
  /** Object and deed, e.g. `account.looked-up`. */
  readonly action: string;
  /** What it was done to, e.g. the id of a source; '' where nothing may be named. */
  readonly subject: string;
  readonly detail: Readonly<Record<string, string | number | boolean | null>>;
  readonly now: Date;
}

/**
 * Writes a line of the audit record. Call it in the transaction of the deed, as its last step: neither is without the
 * other, and until the commit everybody else who writes here waits.
 */
export async function writeAudit(db: Transaction, record: AuditRecord): Promise<void> {
  const { actor, action, subject, detail, now } = record;
  await db.auditEntry.create({ data: { at: now, actor, action, subject, detail } });
}

const batchSize = 1000;

const rows = z.array(
  z.object({
    id: z.bigint(),
    at: z.date(),
    actor: z.string(),
    action: z.string(),
    subject: z.string(),
    detailText: z.string(),
    previousHash: z.string(),
    hash: z.string(),
  }),
);

/** The audit record from the entry after `afterId` on, the oldest first, in batches: it can be long. */
export async function* readAuditChain(
  db: Transaction,
  afterId: bigint = 0n,
): AsyncGenerator<readonly ChainedEntry[], void, undefined> {
  for (let last = afterId; ;) {
    const batch = rows.parse(
      await db.$queryRaw`
        SELECT id, at, actor, action, subject, detail::text AS "detailText",
               previous_hash AS "previousHash", hash
          FROM audit_entry WHERE id > ${last} ORDER BY id LIMIT ${batchSize}`,
    );
    if (batch.length > 0) yield batch;
    last = batch.at(-1)?.id ?? last;
    if (batch.length < batchSize) return;
  }
}

export type ChainReport =
  | {
      readonly whole: true;
      readonly end: ChainEnd;
      /** False: the expected hash is none of the chain, so its end was cut off or all of it written anew. */
      readonly holdsExpected: boolean;
    }
  | { readonly whole: false; readonly end: ChainEnd; readonly broken: ChainBreak };

/**
 * Follows the whole chain. `expected` is a head that somebody wrote down elsewhere: a chain says by itself what was
 * changed inside of it, not what is missing at its end.
 */
export async function verifyAuditChain(db: Transaction, expected: string | null = null): Promise<ChainReport> {
  let end = chainStart;
  let holdsExpected = expected === null;
  for await (const batch of readAuditChain(db)) {
    const step = followChain(end, batch);
    end = step.end;
    if (step.broken !== null) return { whole: false, end, broken: step.broken };
    holdsExpected ||= batch.some(({ hash }) => hash === expected);
  }
  return { whole: true, end, holdsExpected };
}
