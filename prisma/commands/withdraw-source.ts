import { err, ok, type Result } from '#lib/model/result.ts';
import type { Database, Transaction } from '../client.ts';
import { writeAudit } from './audit.ts';
import { lockCensus } from './census-lock.ts';

/** What a withdrawal took back, in rows. */
interface Withdrawal {
  /** Holders that only this source had told of. */
  readonly removed: number;
  /** Holders that became again what another source had said before. */
  readonly restored: number;
}

const maxReasonCharacters = 500;

/** A census of many millions is read through several times; nothing is taken in meanwhile, and senders try again. */
const timeoutMs = 60 * 60_000;

/**
 * Takes back all that a source ever reported and revokes it, in one transaction that shuts out all who write holders:
 * its holders become what another source had said of them last, or go; its logins, anonymous reports, failures, reports
 * of other providers, bounces and waiting sessions go. Its counts by the hour and its refused lines stay as evidence.
 *
 * What stays: failures already rolled up by the hour, which name no source; and the days that it gave to a holder whose
 * tags another source told. What returns only with the next report: what another source repeated without a change, or
 * without a word on tags, since that was never written as its own. Of several sources that had taken a holder from each
 * other in turn, what is kept is the last word of each.
 *
 * `actor` as in `createSource`. The error is a sentence for the person who asks.
 */
export async function withdrawSource(
  db: Database,
  asked: { readonly id: string; readonly reason: string; readonly actor: string; readonly now: Date },
): Promise<Result<Withdrawal>> {
  const { id, actor, now } = asked;
  const reason = asked.reason.trim();
  if (reason === '') return err('Say why all that this source reported is taken back.');
  if (reason.length > maxReasonCharacters) return err(`Say it in at most ${String(maxReasonCharacters)} characters.`);
  return db.$transaction(
    async (transaction) => {
      await lockCensus(transaction);
      const source = await transaction.reportSource.findUnique({ where: { id } });
      if (source === null) return err('There is no such source.');
      if (source.withdrawnAt !== null) return err('All that this source reported was taken back already.');
      const withdrawal = await takeHoldersBack(transaction, source.number);
      await forgetClaims(transaction, source.number);
      await transaction.reportSource.update({
        where: { id },
        data: {
          revokedAt: source.revokedAt ?? now,
          revokedBy: source.revokedBy ?? actor,
          withdrawnAt: now,
          withdrawnBy: actor,
          withdrawnReason: reason,
        },
      });
      const detail = { name: source.name, reason, ...withdrawal };
      await writeAudit(transaction, { actor, action: 'source.withdrawn', subject: id, detail, now });
      return ok(withdrawal);
    },
    { timeout: timeoutMs, maxWait: timeoutMs },
  );
}

async function takeHoldersBack(db: Transaction, number: number): Promise<Withdrawal> {
  await db.$executeRaw`
    INSERT INTO census_delta (class, week, change)
    SELECT class, week, sum(change) FROM (
      SELECT class, date_trunc('week', last_day::timestamp)::date AS week, -1 AS change
      FROM latch_holder WHERE source = ${number}
      UNION ALL
      SELECT before.class, date_trunc('week', before.last_day::timestamp)::date, 1
      FROM latch_holder_before before JOIN latch_holder holder USING (account, server, client)
      WHERE before.taken_by = ${number} AND holder.source = ${number}
    ) AS changes
    GROUP BY class, week HAVING sum(change) <> 0`;
  const restored = await db.$executeRaw`
    UPDATE latch_holder holder
    SET class = before.class, first_day = before.first_day, last_day = before.last_day,
        reported_at = before.reported_at, source = before.source
    FROM latch_holder_before before
    WHERE holder.source = ${number} AND before.taken_by = ${number} AND holder.account = before.account
      AND holder.server = before.server AND holder.client = before.client`;
  const removed = await db.$executeRaw`DELETE FROM latch_holder WHERE source = ${number}`;
  await bridgeTakeovers(db, number);
  return { removed, restored };
}

/** What others took over from the source: they took it, in effect, from whom the source had it; or from nobody. */
async function bridgeTakeovers(db: Transaction, number: number): Promise<void> {
  await db.$executeRaw`
    UPDATE latch_holder_before later
    SET class = earlier.class, first_day = earlier.first_day, last_day = earlier.last_day,
        reported_at = earlier.reported_at, source = earlier.source
    FROM latch_holder_before earlier
    WHERE later.source = ${number} AND earlier.taken_by = ${number} AND later.taken_by <> earlier.source
      AND later.account = earlier.account AND later.server = earlier.server AND later.client = earlier.client`;
  await db.$executeRaw`DELETE FROM latch_holder_before WHERE source = ${number} OR taken_by = ${number}`;
}

async function forgetClaims(db: Transaction, source: number): Promise<void> {
  const where = { where: { source } };
  await db.anonymousReport.deleteMany(where);
  await db.loginCount.deleteMany(where);
  await db.latchFailure.deleteMany(where);
  await db.sessionReport.deleteMany(where);
  await db.tlsReport.deleteMany(where);
  await db.latchBounce.deleteMany(where);
  await db.reportBatch.deleteMany(where);
}
