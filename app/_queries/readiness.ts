import { isMigrated } from '#prisma/latest-migration.ts';
import { database } from './database.ts';
import { findOutages } from './health.ts';

/** Why this installation cannot do its work now, in sentences that tell no secret; empty: it can. */
export async function findObstacles(now: Date): Promise<readonly string[]> {
  try {
    if (!(await isMigrated(database()))) return ['The database is not up to date: run `latchwatch migrate`.'];
  } catch {
    return ['The database does not answer.'];
  }
  return findOutages(now);
}
