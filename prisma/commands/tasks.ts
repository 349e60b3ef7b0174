import type { Transaction } from '../client.ts';

/** Kinds of work, each with its `ref` in the schema. */
export const taskKinds = [
  'probe',
  'discover',
  'zone',
  'scan',
  'message',
  'preflight',
  'setup',
  'notify',
  'digest',
  'remind',
  'prove',
  'self-check',
  'prune',
] as const;
export type TaskKind = (typeof taskKinds)[number];

/** Priority of work that a person waits for; scheduled work has 0. */
export const urgent = 10;

/**
 * Makes a task due no later than `dueAt`, creating it where there is none. A task that a worker holds at this moment
 * is run once more after it: what changed since the claim is not lost. What only workers of one vantage can see waits for them.
 */
export async function requestTask(
  db: Transaction,
  task: { readonly kind: TaskKind; readonly ref: string; readonly dueAt: Date; readonly priority?: number },
): Promise<void> {
  await db.$executeRaw`
    INSERT INTO task (kind, ref, due_at, priority, vantage)
    VALUES (${task.kind}, ${task.ref}, ${task.dueAt}, ${task.priority ?? 0},
      (SELECT vantage FROM declaration WHERE ${task.kind} IN ('probe', 'scan') AND endpoint_id = ${task.ref}))
    ON CONFLICT (kind, ref) DO UPDATE SET
      due_at = LEAST(task.due_at, EXCLUDED.due_at),
      priority = GREATEST(task.priority, EXCLUDED.priority),
      again = task.again OR task.lease_until IS NOT NULL`;
}

/** Takes tasks off the list, e.g. when what they refer to is gone. */
export async function dropTasks(db: Transaction, kind: TaskKind, refs: readonly string[]): Promise<void> {
  await db.task.deleteMany({ where: { kind, ref: { in: [...refs] } } });
}
