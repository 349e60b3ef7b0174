import {
  retentionBounds,
  retentionKinds,
  retentionOf,
  type ChosenRetention,
  type Retention,
  type RetentionKind,
} from '#lib/model/retention.ts';
import { err, ok, type Result } from '#lib/model/result.ts';
import type { Transaction } from '../client.ts';
import { writeAudit } from './audit.ts';

export interface RetentionChoice {
  readonly days: number;
  readonly at: Date;
  readonly by: string;
}

/** What people chose in the console, by kind; a kind that is missing goes by the environment. */
export async function readRetentionChoices(db: Transaction): Promise<ReadonlyMap<RetentionKind, RetentionChoice>> {
  const rows = await db.retentionChoice.findMany();
  return new Map(
    retentionKinds.flatMap((kind) => {
      const row = rows.find((one) => one.kind === kind);
      return row === undefined ? [] : [[kind, { days: row.days, at: row.changedAt, by: row.changedBy }] as const];
    }),
  );
}

/** How long each kind of history is kept; `longestDays` is LATCHWATCH_RETENTION. */
export async function readRetention(db: Transaction, longestDays: number): Promise<Retention> {
  return retentionOf(daysOf(await readRetentionChoices(db)), longestDays);
}

/**
 * Keeps each kind as long as `wish` says. Nothing is deleted here: the next daily run goes by it. The error is a sentence
 * for the person who asks; `changed` are the kinds that are kept for another time than before. Call it in a transaction.
 */
export async function chooseRetention(
  tx: Transaction,
  wish: { readonly days: Retention; readonly longestDays: number; readonly actor: string; readonly now: Date },
): Promise<Result<{ readonly changed: readonly RetentionKind[] }>> {
  const { days, longestDays, actor, now } = wish;
  for (const kind of retentionKinds) {
    const { minDays, maxDays } = retentionBounds(kind, longestDays);
    if (!Number.isInteger(days[kind]) || days[kind] < minDays || days[kind] > maxDays) {
      return err(`Keep ${kind} for ${String(minDays)} to ${String(maxDays)} days: whole days.`);
    }
  }
  const before = await readRetention(tx, longestDays);
  const changed = retentionKinds.filter((kind) => before[kind] !== days[kind]);
  for (const kind of changed) {
    const row = { days: days[kind], changedAt: now, changedBy: actor };
    await tx.retentionChoice.upsert({ where: { kind }, create: { kind, ...row }, update: row });
  }
  if (changed.length > 0) {
    const detail = Object.fromEntries(
      changed.map((kind) => [kind, `${String(before[kind])} -> ${String(days[kind])} days`]),
    );
    await writeAudit(tx, { actor, action: 'retention.changed', subject: changed.join(', '), detail, now });
  }
  return ok({ changed });
}

function daysOf(choices: ReadonlyMap<RetentionKind, RetentionChoice>): ChosenRetention {
  const days = (kind: RetentionKind): number | null => choices.get(kind)?.days ?? null;
  return { observations: days('observations'), incidents: days('incidents'), reports: days('reports') };
}
