import { z } from 'zod';
import type { Database } from '../client.ts';
import { writeAudit } from './audit.ts';
import { lockCensus } from './census-lock.ts';

/** How long late reports of an erased account are dropped: longer than any spool keeps them. */
const tombstoneDays = 30;
const dayMs = 86_400_000;
/** The lock may have to wait for a large batch. */
const waitLimitMs = 30_000;

const counted = z.tuple([z.object({ clients: z.number() })]);

/**
 * Takes everything that is kept of one account out of the database, under each of its pseudonyms (32 hex digits, of the
 * current and of the previous key), and drops what still comes of it for 30 days. The audit record tells that somebody was
 * erased, not who. Gives how many clients were erased. An address that nobody ever used is erased too: it may be in a spool.
 */
export async function eraseAccount(
  db: Database,
  request: { readonly pseudonyms: readonly string[]; readonly actor: string; readonly now: Date },
): Promise<number> {
  const { actor, now } = request;
  const accounts = [...request.pseudonyms];
  const until = new Date(now.getTime() + tombstoneDays * dayMs);
  return db.$transaction(
    async (tx) => {
      await lockCensus(tx);
      const [{ clients }] = counted.parse(
        await tx.$queryRaw`
          WITH gone AS (
            DELETE FROM latch_holder WHERE account = ANY (${accounts}::uuid[]) RETURNING class, last_day
          ), uncounted AS (
            INSERT INTO census_delta (class, week, change)
            SELECT class, date_trunc('week', last_day)::date, -count(*) FROM gone GROUP BY 1, 2
          )
          SELECT count(*)::int AS clients FROM gone`,
      );
      await tx.$executeRaw`DELETE FROM latch_holder_before WHERE account = ANY (${accounts}::uuid[])`;
      await tx.$executeRaw`DELETE FROM session_report WHERE account = ANY (${accounts}::uuid[])`;
      await tx.$executeRaw`
        INSERT INTO erased_account (account, until) SELECT account, ${until} FROM unnest(${accounts}::uuid[]) AS account
        ON CONFLICT (account) DO UPDATE SET until = excluded.until`;
      await writeAudit(tx, { actor, action: 'account.erased', subject: '', detail: { clients }, now });
      return clients;
    },
    { timeout: waitLimitMs, maxWait: waitLimitMs },
  );
}
