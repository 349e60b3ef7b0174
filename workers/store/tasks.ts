import { z } from 'zod';
import type { Database, Transaction } from '#prisma/client.ts';
import { taskKinds, type TaskKind } from '#prisma/commands/tasks.ts';

/** A task that this worker may run until its lease ends. */
export interface Claim {
  readonly id: bigint;
  readonly kind: TaskKind;
  /** What it is about, by its kind: see the schema. */
  readonly ref: string;
  /** Above 0: a person waits. */
  readonly priority: number;
  /** Claims since the last completion, this one included. */
  readonly attempts: number;
  readonly workerId: string;
  /** Grows with each claim. */
  readonly fence: bigint;
}

/** The lease of this claim was lost: whatever the run wrote must go. Throwing it inside the transaction does that. */
export class LeaseLost extends Error {
  override readonly name = 'LeaseLost';
}

/** Longer than any run: a probe has 20 s, a mail 40 s; a zone 60 s and its writing; a discovery with a silent resolver can take minutes. */
const leaseMs = 60_000;
const zoneLeaseMs = 120_000;
const discoveryLeaseMs = 300_000;
/** A deep scan paces itself; a test message waits for its delivery; pruning deletes in portions. */
const scanLeaseMs = 300_000;

const claimRow = z.object({
  id: z.bigint(),
  kind: z.enum(taskKinds),
  ref: z.string(),
  priority: z.number(),
  attempts: z.number(),
  fence: z.bigint(),
});

/**
 * Takes up to `limit` due tasks of some kinds, urgent ones first, then the longest due. One statement: a row goes to one worker only,
 * and one whose lease has ended is taken over. Postgres' clock decides what is due; the
 * column rounds to milliseconds, so that "now" may read as a little later.
 */
export async function claimTasks(
  db: Transaction,
  wanted: {
    readonly workerId: string;
    readonly limit: number;
    readonly kinds: readonly TaskKind[];
    readonly vantage: string;
  },
): Promise<readonly Claim[]> {
  const { workerId, limit, kinds, vantage } = wanted;
  const rows = await db.$queryRaw`
    WITH due AS MATERIALIZED (
      SELECT id FROM task
      WHERE due_at <= now() + interval '1 millisecond' AND kind = ANY(${[...kinds]}::text[]) AND (vantage IS NULL OR vantage = ${vantage})
        AND (lease_until IS NULL OR lease_until < now())
      ORDER BY priority DESC, due_at
      LIMIT ${limit}
      FOR UPDATE SKIP LOCKED
    )
    UPDATE task SET
      lease_until = now() + CASE kind WHEN 'discover' THEN ${discoveryLeaseMs}::int WHEN 'zone' THEN ${zoneLeaseMs}::int
        WHEN 'scan' THEN ${scanLeaseMs}::int WHEN 'message' THEN ${scanLeaseMs}::int WHEN 'prune' THEN ${scanLeaseMs}::int
        ELSE ${leaseMs}::int END
        * interval '1 millisecond',
      leased_by = ${workerId},
      fence = fence + 1,
      attempts = attempts + 1,
      again = false
    FROM due WHERE task.id = due.id
    RETURNING task.id, kind, ref, priority, attempts, fence`;
  const claims = z.array(claimRow).parse(rows);
  return claims.map((claim) => ({ ...claim, workerId })).toSorted((a, b) => b.priority - a.priority);
}

/**
 * Runs `work` in one transaction that holds the task's row: nobody can take it over meanwhile.
 * @throws LeaseLost, with nothing written, when another worker has it or it was taken off the list.
 */
export async function inClaim<T>(db: Database, claim: Claim, work: (tx: Transaction) => Promise<T>): Promise<T> {
  return db.$transaction(
    async (tx) => {
      const held = await tx.$queryRaw<readonly unknown[]>`
        SELECT 1 FROM task WHERE id = ${claim.id} AND leased_by = ${claim.workerId} AND fence = ${claim.fence} FOR UPDATE`;
      if (held.length === 0) throw new LeaseLost(`task ${claim.id} (${claim.kind} ${claim.ref}) is no longer ours`);
      return work(tx);
    },
    { maxWait: 20_000, timeout: 20_000 },
  );
}

/**
 * Ends a claim. The task is due again in `nextInMs`, or at once when somebody asked while it ran; null takes a task
 * that is done once and for all off the list, unless somebody asked. `failed` keeps the count of attempts.
 * Call it inside `inClaim`.
 * @throws LeaseLost
 */
export async function completeTask(
  tx: Transaction,
  claim: Claim,
  { nextInMs, failed = false }: { readonly nextInMs: number | null; readonly failed?: boolean },
): Promise<void> {
  if (nextInMs === null) {
    const removed = await tx.$executeRaw`
      DELETE FROM task
      WHERE id = ${claim.id} AND leased_by = ${claim.workerId} AND fence = ${claim.fence} AND NOT again`;
    if (removed === 1) return;
  }
  const changed = await tx.$executeRaw`
    UPDATE task SET
      lease_until = NULL,
      leased_by = NULL,
      attempts = CASE WHEN ${failed} THEN attempts ELSE 0 END,
      priority = CASE WHEN again THEN priority ELSE 0 END,
      due_at = CASE WHEN again THEN now() ELSE now() + ${nextInMs ?? 0} * interval '1 millisecond' END,
      -- A declaration may have been written while the row came into being.
      vantage = (SELECT vantage FROM declaration WHERE task.kind IN ('probe', 'scan') AND endpoint_id = task.ref),
      again = false
    WHERE id = ${claim.id} AND leased_by = ${claim.workerId} AND fence = ${claim.fence}`;
  if (changed === 0) throw new LeaseLost(`task ${claim.id} (${claim.kind} ${claim.ref}) is no longer ours`);
}

/**
 * Puts work on the list that is due in `inMs`. Where it is listed already, the earlier time and higher priority win. What
 * only workers of one vantage can see waits for them.
 */
export async function enqueueTask(
  tx: Transaction,
  task: { readonly kind: TaskKind; readonly ref: string; readonly inMs: number; readonly priority?: number },
): Promise<void> {
  await tx.$executeRaw`
    INSERT INTO task (kind, ref, due_at, priority, vantage)
    VALUES (${task.kind}, ${task.ref}, now() + ${task.inMs} * interval '1 millisecond', ${task.priority ?? 0},
      (SELECT vantage FROM declaration WHERE ${task.kind} IN ('probe', 'scan') AND endpoint_id = ${task.ref}))
    ON CONFLICT (kind, ref) DO UPDATE SET
      due_at = LEAST(task.due_at, EXCLUDED.due_at),
      priority = GREATEST(task.priority, EXCLUDED.priority),
      again = task.again OR task.lease_until IS NOT NULL`;
}

/** The digest goes out with every full hour. */
export async function ensureDigestTask(db: Transaction): Promise<void> {
  await db.$executeRaw`
    INSERT INTO task (kind, ref, due_at) VALUES ('digest', 'digest', date_trunc('hour', now()) + interval '1 hour')
    ON CONFLICT (kind, ref) DO NOTHING`;
}

/** Old history is deleted once a day, the first time in the coming night by UTC. */
export async function ensurePruneTask(db: Transaction): Promise<void> {
  await db.$executeRaw`
    INSERT INTO task (kind, ref, due_at) VALUES ('prune', 'prune', date_trunc('day', now()) + interval '1 day 2 hours')
    ON CONFLICT (kind, ref) DO NOTHING`;
}

/** Milliseconds to the next full hour of Postgres' clock. */
export async function untilNextHourMs(tx: Transaction): Promise<number> {
  const rows = await tx.$queryRaw`
    SELECT (extract(epoch FROM date_trunc('hour', now()) + interval '1 hour' - now()) * 1000)::float8 AS ms`;
  return z.tuple([z.object({ ms: z.number() })]).parse(rows)[0].ms;
}

/** Gives back what this worker holds, when it ends: others need not wait for the leases. */
export async function releaseTasks(db: Transaction, workerId: string): Promise<void> {
  await db.$executeRaw`
    UPDATE task SET lease_until = NULL, leased_by = NULL, attempts = GREATEST(attempts - 1, 0)
    WHERE leased_by = ${workerId}`;
}
