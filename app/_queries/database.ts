import type { Database } from '#prisma/client.ts';
import { openDatabase } from '#prisma/client.ts';
import { readWebSettings } from '#app/_auth/web-settings.ts';

let opened: Database | null = null;

/** The console's pool of connections, opened by the first request: the build imports this file without a database. */
export function database(): Database {
  opened ??= openDatabase(readWebSettings().databaseUrl);
  return opened;
}

/** Ends the pool; the next query opens a new one. */
export async function closeDatabase(): Promise<void> {
  const closing = opened;
  opened = null;
  await closing?.$disconnect();
}
