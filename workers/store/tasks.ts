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

/** It, in words. */
export function leaseLost({ id, kind, ref }: Claim): LeaseLost {
  return new LeaseLost(`task ${String(id)} (${kind} ${ref}) is no longer ours`);
}

/** Longer than any run: a probe has 20 s, a mail 40 s; a zone and a setup 60 s and their writing; a discovery with a silent resolver can take minutes. */
export const leaseMs = 60_000;
const zoneLeaseMs = 120_000;
const discoveryLeaseMs = 300_000;
/** A deep scan paces itself; a test message waits for its delivery; pruning deletes in portions. */
const scanLeaseMs = 300_000;

/** So long a worker leaves to others what it saw itself. */
const secondOpinionMs = 3_000;
/** A worker that was silent for longer is not waited for. */
const livingMs = 20_000;

/** A worker beats every 5 s: one that was silent for so long is dead, and its leases need not end first. */
const deadAfterMs = 20_000;

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
 * and one whose lease has ended, or whose worker has stopped beating, is taken over. Postgres' clock decides what is due; the
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
        AND (lease_until IS NULL OR lease_until < now() OR leased_by IN (
          SELECT id FROM worker_heartbeat WHERE beat_at < now() - ${deadAfterMs} * interval '1 millisecond'
        ))
        AND (seen_by IS NULL OR seen_by <> ${workerId} OR due_at <= now() - ${secondOpinionMs} * interval '1 millisecond')
      ORDER BY priority DESC, due_at
      LIMIT ${limit}
      FOR UPDATE SKIP LOCKED
    )
    UPDATE task SET
      lease_until = now() + CASE kind WHEN 'discover' THEN ${discoveryLeaseMs}::int WHEN 'zone' THEN ${zoneLeaseMs}::int WHEN 'setup' THEN ${zoneLeaseMs}::int
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
      if (held.length === 0) throw leaseLost(claim);
      return work(tx);
    },
    { maxWait: 20_000, timeout: 20_000 },
  );
}

/**
 * Ends a claim. The task is due again in `nextInMs`, or at once when somebody asked while it ran; null takes a task
 * that is done once and for all off the list, unless somebody asked. `failed` keeps the count of attempts. With
 * `secondOpinion` another worker that lives and may look takes it first.
 * Call it inside `inClaim`.
 * @throws LeaseLost
 */
export async function completeTask(
  tx: Transaction,
  claim: Claim,
  {
    nextInMs,
    failed = false,
    secondOpinion = false,
  }: { readonly nextInMs: number | null; readonly failed?: boolean; readonly secondOpinion?: boolean },
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
      vantage = CASE kind WHEN 'self-check' THEN ref
        ELSE (SELECT vantage FROM declaration WHERE task.kind IN ('probe', 'scan') AND endpoint_id = task.ref) END,
      again = false,
      seen_by = CASE WHEN ${secondOpinion} AND EXISTS (
        SELECT 1 FROM worker_heartbeat AS other WHERE other.id <> ${claim.workerId}
          AND other.beat_at > now() - ${livingMs} * interval '1 millisecond'
          AND (task.vantage IS NULL OR task.vantage = other.vantage)
      ) THEN ${claim.workerId} END
    WHERE id = ${claim.id} AND leased_by = ${claim.workerId} AND fence = ${claim.fence}`;
  if (changed === 0) throw leaseLost(claim);
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

/** At this hour, by UTC, the digest of a mail route goes out. */
const digestHour = 9;

/** Every mail route has a digest a day. */
export async function ensureDigestTasks(db: Transaction): Promise<void> {
  await db.$executeRaw`
    INSERT INTO task (kind, ref, due_at)
    SELECT 'digest', id, now() + ${await untilDigestMs(db)} * interval '1 millisecond' FROM alert_route
    WHERE kind = 'mail' AND removed_at IS NULL
    ON CONFLICT (kind, ref) DO NOTHING`;
}

/** What time makes due is looked at all the time. */
export async function ensureRemindTask(db: Transaction): Promise<void> {
  await db.$executeRaw`
    INSERT INTO task (kind, ref, due_at) VALUES ('remind', 'remind', now()) ON CONFLICT (kind, ref) DO NOTHING`;
}

/** Old history is deleted once a day, the first time in the coming night by UTC. */
export async function ensurePruneTask(db: Transaction): Promise<void> {
  await db.$executeRaw`
    INSERT INTO task (kind, ref, due_at) VALUES ('prune', 'prune', date_trunc('day', now()) + interval '1 day 2 hours')
    ON CONFLICT (kind, ref) DO NOTHING`;
}

/** Milliseconds to the next digest by Postgres' clock. */
export async function untilDigestMs(tx: Transaction): Promise<number> {
  const rows = await tx.$queryRaw`
    SELECT (extract(epoch FROM (
      date_trunc('day', now() AT TIME ZONE 'UTC' - ${digestHour} * interval '1 hour') + interval '1 day'
        + ${digestHour} * interval '1 hour'
    ) AT TIME ZONE 'UTC' - now()) * 1000)::float8 AS ms`;
  return z.tuple([z.object({ ms: z.number() })]).parse(rows)[0].ms;
}

/** Begins the lease anew, for a run that did one of many things. @throws LeaseLost */
export async function prolongTask(tx: Transaction, claim: Claim): Promise<void> {
  const changed = await tx.$executeRaw`
    UPDATE task SET lease_until = now() + ${leaseMs} * interval '1 millisecond'
    WHERE id = ${claim.id} AND leased_by = ${claim.workerId} AND fence = ${claim.fence}`;
  if (changed === 0) throw leaseLost(claim);
}

/** Gives back what this worker holds, when it ends: others need not wait for the leases. */
export async function releaseTasks(db: Transaction, workerId: string): Promise<void> {
  await db.$executeRaw`
    UPDATE task SET lease_until = NULL, leased_by = NULL, attempts = GREATEST(attempts - 1, 0)
    WHERE leased_by = ${workerId}`;
}
