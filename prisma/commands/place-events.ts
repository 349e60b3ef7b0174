import { z } from 'zod';
import type { Database, Transaction } from '../client.ts';

/** Rows of one transaction: others wait for its lock no longer than this takes. */
const portion = 5000;

const feedRow = z.tuple([z.object({ placed: z.bigint(), pruned: z.bigint() })]);
const countRow = z.tuple([z.object({ count: z.number() })]);

/** Where the feed of events begins and ends. */
export interface FeedBounds {
  /** The last position that was given; 0: none yet. */
  readonly placed: bigint;
  /** The highest position that was deleted; 0: none yet. */
  readonly pruned: bigint;
}

/**
 * Gives a position to every committed event that has none, and says where the feed ends. The lock of one row makes
 * this one after the other, and each sees what was committed before it got the lock: an event whose transaction is
 * still open gets its position later, and one behind all that were given. So a reader that has seen a position has
 * seen all below it, however slow a writer is. Positions are rows and no sequence: they survive dump and restore.
 */
export async function placeEvents(db: Database): Promise<FeedBounds> {
  for (;;) {
    const waiting = await db.$queryRaw`SELECT 1 FROM incident_event WHERE position IS NULL LIMIT 1`;
    if (z.array(z.unknown()).parse(waiting).length === 0) return readFeedBounds(db);
    await db.$transaction(placePortion);
  }
}

async function placePortion(tx: Transaction): Promise<void> {
  // Before anything is read: a statement sees what was committed when it began.
  await tx.$executeRaw`SELECT placed FROM event_feed WHERE id = 1 FOR UPDATE`;
  const rows = await tx.$queryRaw`
    WITH placed AS (
      UPDATE incident_event SET position = feed.placed + waiting.number
      FROM event_feed AS feed, (
        SELECT id, row_number() OVER (ORDER BY id) AS number FROM (
          SELECT id FROM incident_event WHERE position IS NULL ORDER BY id LIMIT ${portion}
        ) AS unplaced
      ) AS waiting
      WHERE incident_event.id = waiting.id
      RETURNING incident_event.id
    ) SELECT count(*)::int AS count FROM placed`;
  const [{ count }] = countRow.parse(rows);
  await tx.$executeRaw`UPDATE event_feed SET placed = placed + ${count} WHERE id = 1`;
}

/** Where the feed begins and ends now, without giving positions. */
async function readFeedBounds(db: Transaction): Promise<FeedBounds> {
  const [bounds] = feedRow.parse(await db.$queryRaw`SELECT placed, pruned FROM event_feed WHERE id = 1`);
  return bounds;
}

/**
 * Deletes incidents that were resolved before an instant, with all that hangs on them, and notes how far the feed lost
 * its beginning. Events must have their positions before: call `placeEvents`. Gives how many were deleted.
 */
export async function removeIncidents(
  db: Database,
  { before, limit }: { readonly before: Date; readonly limit: number },
): Promise<number> {
  return db.$transaction(async (tx) => {
    const rows = await tx.$queryRaw`
      SELECT id FROM incident WHERE state = 'resolved' AND resolved_at < ${before} LIMIT ${limit} FOR UPDATE`;
    const ids = z
      .array(z.object({ id: z.string() }))
      .parse(rows)
      .map(({ id }) => id);
    if (ids.length === 0) return 0;
    await tx.$executeRaw`
      UPDATE event_feed SET pruned = GREATEST(pruned, COALESCE(
        (SELECT max(position) FROM incident_event WHERE incident_id = ANY(${ids}::text[])), 0)) WHERE id = 1`;
    return tx.$executeRaw`DELETE FROM incident WHERE id = ANY(${ids}::text[])`;
  });
}
