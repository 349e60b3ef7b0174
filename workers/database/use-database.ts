import { setTimeout as delay } from 'node:timers/promises';
import type { Settings } from '#lib/settings.ts';
import { migrate } from '#prisma/migrate.ts';
import { announcedDatabase, tryOwnDataFolder } from './data-folder.ts';
import { startEmbeddedPostgres } from './embedded-postgres.ts';
import { Refusal } from './refusal.ts';

const announcementLimitMs = 60_000;
const pollMs = 100;

/** @throws Refusal with the reason when the database cannot be brought up to date. */
export async function migrateOrRefuse(url: string): Promise<readonly string[]> {
  const result = await migrate(url);
  if (!result.ok) throw new Refusal(result.reason);
  return result.applied;
}

/**
 * Runs `use` with the URL of the migrated database, wherever it is: DATABASE_URL, the built-in one of a running
 * Latchwatch, or the built-in one started for the time of `use`.
 */
export async function useDatabase<T>(
  settings: Pick<Settings, 'databaseUrl' | 'dataFolder'>,
  use: (url: string) => Promise<T>,
): Promise<T> {
  const { databaseUrl, dataFolder } = settings;
  if (databaseUrl !== null) {
    await migrateOrRefuse(databaseUrl);
    return use(databaseUrl);
  }
  const end = performance.now() + announcementLimitMs;
  for (;;) {
    const lock = await tryOwnDataFolder(dataFolder);
    if (lock !== null) {
      try {
        const server = await startEmbeddedPostgres({ dataFolder });
        try {
          await migrateOrRefuse(server.url);
          return await use(server.url);
        } finally {
          await server.stop();
        }
      } finally {
        await lock.release();
      }
    }
    // Another process owns the folder: it announces its database once that is migrated.
    const announced = announcedDatabase(dataFolder);
    if (announced !== null) return use(announced);
    if (performance.now() > end) {
      throw new Refusal(
        `A Latchwatch that uses the data folder ${dataFolder} is still starting, or uses another database: try again, or set DATABASE_URL as it has it.`,
      );
    }
    await delay(pollMs);
  }
}

/** The URL of a database that runs already. @throws Refusal when there is none. */
export function runningDatabase(settings: Pick<Settings, 'databaseUrl' | 'dataFolder'>): string {
  const url = settings.databaseUrl ?? announcedDatabase(settings.dataFolder);
  if (url !== null) return url;
  throw new Refusal(
    'DATABASE_URL is not set: the separate services share one Postgres; `latchwatch start` brings its own.',
  );
}
