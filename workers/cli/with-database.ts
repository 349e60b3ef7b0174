import { openDatabase, type Database } from '#prisma/client.ts';
import { useDatabase } from '#workers/database/use-database.ts';
import type { CommandContext } from './command.ts';
import { readSettingsOrRefuse } from './read-settings-or-refuse.ts';

/** Opens the migrated database that the settings name, for the time of `use`. @throws Refusal */
export async function withDatabase<T>(
  { env }: Pick<CommandContext, 'env'>,
  use: (db: Database) => Promise<T>,
): Promise<T> {
  return useDatabase(readSettingsOrRefuse(env), async (url) => {
    const db = openDatabase(url, 1);
    try {
      return await use(db);
    } finally {
      await db.$disconnect();
    }
  });
}
