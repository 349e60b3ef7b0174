import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDatabase, type Database } from '#prisma/client.ts';
import { migrate } from '#prisma/migrate.ts';
import { startEmbeddedPostgres } from '#workers/database/embedded-postgres.ts';

/** A Postgres for one benchmark, with all migrations. */
export interface BenchDatabase {
  readonly url: string;
  readonly database: Database;
  /** Ends it and takes its folder away. */
  readonly stop: () => Promise<void>;
}

/** Starts it in a folder of its own, with the settings that `npm start` gives it. */
export async function startBenchDatabase(): Promise<BenchDatabase> {
  const folder = mkdtempSync(join(tmpdir(), 'latchwatch-bench-'));
  const postgres = await startEmbeddedPostgres({ dataFolder: folder });
  const migrated = await migrate(postgres.url);
  if (!migrated.ok) throw new Error(migrated.reason);
  const database = openDatabase(postgres.url);
  return {
    url: postgres.url,
    database,
    stop: async () => {
      await database.$disconnect();
      await postgres.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
