import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDatabase } from '#prisma/client.ts';
import { createSource } from '#prisma/commands/report-sources.ts';
import { migrate } from '#prisma/migrate.ts';
import { keepDatabase, type KeptDatabase } from '#workers/cli/keep-database.ts';
import { freePort } from '#tests/support/product.ts';
import { startIngest, type IngestProcess } from '#tests/support/ingest-process.ts';
import { fillCensus } from './census-world.ts';

/** A made census in the built-in Postgres, ingest beside it, and a source that may send. */
export interface IngestWorld {
  readonly database: KeptDatabase;
  readonly folder: string;
  readonly ingest: IngestProcess;
  readonly token: string;
  readonly key: Buffer;
  readonly stop: () => Promise<void>;
}

/** Starts it all; `rows` 0 leaves the census empty. */
export async function startIngestWorld({
  rows,
  seed,
}: {
  readonly rows: number;
  readonly seed: string;
}): Promise<IngestWorld> {
  const folder = mkdtempSync(join(tmpdir(), 'latchwatch-ingest-'));
  const database = await keepDatabase(folder, () => undefined);
  const migrated = await migrate(database.url);
  if (!migrated.ok) throw new Error(migrated.reason);
  if (rows > 0) await fillCensus(database.url, { rows, seed, lastSeen: 'today' });
  const db = openDatabase(database.url, 1);
  const made = await createSource(db, {
    ...{ name: 'load', addresses: [], hosts: [], perSecond: 1_000_000, actor: 'bench', now: new Date() },
  });
  await db.$disconnect();
  if (!made.ok) throw new Error(made.error);
  const key = randomBytes(32);
  const ingest = await startIngest({ databaseUrl: database.url, port: await freePort(), key });
  return {
    ...{ database, folder, ingest, key, token: made.value.token },
    stop: async () => {
      await ingest.stop();
      await database.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
