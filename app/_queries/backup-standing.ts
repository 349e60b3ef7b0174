import { z } from 'zod';
import type { BackupStanding } from '#components/backup-standing.ts';
import { readToldBackups } from '#prisma/commands/backups.ts';
import { database } from './database.ts';

const archiverRow = z.tuple([
  z.object({
    mode: z.string(),
    archivedAt: z.date().nullable(),
    failedAt: z.date().nullable(),
    failures: z.number(),
    standbys: z.number(),
    bytes: z.number(),
  }),
]);

/** What is known of backups of the database: what they said themselves, and what Postgres tells. */
export async function readBackupStanding(): Promise<BackupStanding> {
  const [told, rows] = await Promise.all([
    readToldBackups(database()),
    database().$queryRaw`
      SELECT current_setting('archive_mode') AS mode, last_archived_time AS "archivedAt",
        last_failed_time AS "failedAt", failed_count::int AS failures,
        (SELECT count(*)::int FROM pg_stat_replication) AS standbys,
        pg_database_size(current_database())::float8 AS bytes
      FROM pg_stat_archiver`,
  ]);
  const [{ mode, archivedAt, failedAt, failures, standbys, bytes }] = archiverRow.parse(rows);
  return {
    told: told.map(({ name, at, note }) => ({ name, at: at.getTime(), note })),
    archiving:
      mode === 'off'
        ? null
        : { archivedAt: archivedAt?.getTime() ?? null, failedAt: failedAt?.getTime() ?? null, failures },
    standbys,
    databaseBytes: bytes,
  };
}
