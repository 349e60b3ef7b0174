import pg from 'pg';
import { z } from 'zod';

const select = `SELECT batch FROM report_batch WHERE source = $1 AND batch LIKE 'lines %' ORDER BY at DESC LIMIT 1000`;
const batchRow = z.object({ batch: z.string() });

/** Batches that lines of logs came in, as far as their names tell which lines those were. */
export interface RecentBatches {
  /** Names of the last ones of a source, the oldest first. */
  readonly of: (source: number) => Promise<readonly string[]>;
  readonly close: () => Promise<void>;
}

/** Opens them. Nothing connects before the first question. */
export function openRecentBatches(databaseUrl: string): RecentBatches {
  const pool = new pg.Pool({ connectionString: databaseUrl, max: 1, idleTimeoutMillis: 10_000 });
  // A connection that dies while nobody uses it: the next query opens another one.
  pool.on('error', () => undefined);
  return {
    of: async (source) => {
      const { rows } = await pool.query<unknown[]>(select, [source]);
      return z
        .array(batchRow)
        .parse(rows)
        .map(({ batch }) => batch)
        .reverse();
    },
    close: () => pool.end(),
  };
}
