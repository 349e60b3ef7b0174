import type { Pool, PoolClient } from 'pg';
import { censusLockKey } from '#prisma/commands/census-lock.ts';

/** Runs work in a transaction that holds the census lock. Rejects with what `work` rejects with: nothing was written then. */
export async function underCensusLock<T>(pool: Pool, work: (tx: PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  let broken = false;
  try {
    await client.query('BEGIN');
    await client.query('SELECT pg_advisory_xact_lock($1::bigint)', [censusLockKey]);
    const value = await work(client);
    await client.query('COMMIT');
    return value;
  } catch (error) {
    await client.query('ROLLBACK').catch(() => {
      broken = true;
    });
    throw error;
  } finally {
    client.release(broken);
  }
}
