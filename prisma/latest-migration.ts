import type { Transaction } from './client.ts';

/** Name of the last migration that this version of the program needs. A test compares it with the folder. */
export const latestMigration = '20261130007100_object_reads';

/** Whether the database is as new as the program. @throws when it cannot be reached. */
export async function isMigrated(db: Transaction): Promise<boolean> {
  const rows = await db.$queryRaw<readonly unknown[]>`
    SELECT 1 FROM information_schema.tables WHERE table_schema = current_schema() AND table_name = '_prisma_migrations'`;
  if (rows.length === 0) return false;
  const done = await db.$queryRaw<readonly unknown[]>`
    SELECT 1 FROM _prisma_migrations WHERE migration_name = ${latestMigration} AND finished_at IS NOT NULL`;
  return done.length > 0;
}
