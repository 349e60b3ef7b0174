import { createHash, randomUUID } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { errorText } from '#lib/error-text.ts';

export type MigrationResult =
  /** Names of the migrations applied now, [] when the database was up to date. */
  | { readonly ok: true; readonly applied: readonly string[] }
  /** One sentence. */
  | { readonly ok: false; readonly reason: string };

interface MigrationFile {
  readonly name: string;
  readonly sql: string;
  /** SHA-256 of the file, lower-case hex: as Prisma's own tools write it. */
  readonly checksum: string;
}

interface MigrationRow {
  readonly migration_name: string;
  readonly checksum: string;
  readonly finished: boolean;
}

/** The lock that Prisma's own tools take, so that they and we exclude each other. */
const lockKey = 72_707_369;

/** The table of Prisma's own tools: `prisma migrate status` and `deploy` agree with what is written here. */
const createTable = `
  CREATE TABLE IF NOT EXISTS _prisma_migrations (
    id VARCHAR(36) PRIMARY KEY NOT NULL,
    checksum VARCHAR(64) NOT NULL,
    finished_at TIMESTAMPTZ,
    migration_name VARCHAR(255) NOT NULL,
    logs TEXT,
    rolled_back_at TIMESTAMPTZ,
    started_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    applied_steps_count INTEGER NOT NULL DEFAULT 0
  )`;

const insertRow = 'INSERT INTO _prisma_migrations (id, checksum, migration_name) VALUES ($1, $2, $3)';
const finishRow = 'UPDATE _prisma_migrations SET finished_at = now(), applied_steps_count = 1 WHERE id = $1';

function readMigrations(folder: string): readonly MigrationFile[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && existsSync(join(folder, entry.name, 'migration.sql')))
    .map(({ name }) => {
      const sql = readFileSync(join(folder, name, 'migration.sql'), 'utf8');
      return { name, sql, checksum: createHash('sha256').update(sql).digest('hex') };
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Why `rows` forbid to go on, as a sentence; null when they do not. */
function objection(files: readonly MigrationFile[], rows: readonly MigrationRow[]): string | null {
  for (const row of rows) {
    const file = files.find(({ name }) => name === row.migration_name);
    if (!row.finished) {
      return `Migration ${row.migration_name} of the database was begun and never finished: restore a backup, or repair the tables by hand and delete its row in _prisma_migrations.`;
    }
    if (file === undefined) {
      return `The database has migration ${row.migration_name}, which this Latchwatch does not know: start the newer version that made it.`;
    }
    if (file.checksum !== row.checksum) {
      return `Migration ${row.migration_name} differs from the one that the database was made with: put the original file back.`;
    }
  }
  return null;
}

/**
 * Runs one file. All of it and the note that it ran are one transaction, so that a kill at any moment leaves either
 * nothing or all. What Postgres does only outside of a transaction goes without, and a kill then leaves an unfinished row.
 */
async function apply(client: pg.Client, file: MigrationFile): Promise<void> {
  const id = randomUUID();
  const inTransaction = !/\bCONCURRENTLY\b/i.test(file.sql);
  if (inTransaction) await client.query('BEGIN');
  try {
    await client.query(insertRow, [id, file.checksum, file.name]);
    await client.query(file.sql);
    await client.query(finishRow, [id]);
    if (inTransaction) await client.query('COMMIT');
  } catch (error) {
    if (inTransaction) await client.query('ROLLBACK');
    else await client.query('UPDATE _prisma_migrations SET logs = $2 WHERE id = $1', [id, errorText(error)]);
    throw error;
  }
}

async function applyMissing(client: pg.Client, files: readonly MigrationFile[]): Promise<MigrationResult> {
  await client.query(createTable);
  const { rows } = await client.query<MigrationRow>(
    `SELECT migration_name, checksum, finished_at IS NOT NULL AS finished
       FROM _prisma_migrations WHERE rolled_back_at IS NULL ORDER BY started_at`,
  );
  const reason = objection(files, rows);
  if (reason !== null) return { ok: false, reason };
  const known = new Set(rows.map((row) => row.migration_name));
  const applied: string[] = [];
  for (const file of files.filter(({ name }) => !known.has(name))) {
    try {
      await apply(client, file);
    } catch (error) {
      return { ok: false, reason: `Migration ${file.name} of the database failed: ${errorText(error)}.` };
    }
    applied.push(file.name);
  }
  return { ok: true, applied };
}

/**
 * Brings the database at `url` up to the migrations in `folder` (by default, those beside this file). Any number of
 * processes may do so at the same time: one applies, the others wait and find nothing to do.
 */
export async function migrate(
  url: string,
  folder: string = join(import.meta.dirname, 'migrations'),
): Promise<MigrationResult> {
  const files = readMigrations(folder);
  const client = new pg.Client({ connectionString: url, application_name: 'latchwatch migrate' });
  try {
    await client.connect();
  } catch (error) {
    return { ok: false, reason: `The database cannot be reached: ${errorText(error)}.` };
  }
  // A connection that breaks also emits 'error'; the query in flight rejects with it.
  client.on('error', () => undefined);
  try {
    await client.query('SELECT pg_advisory_lock($1)', [lockKey]);
    return await applyMissing(client, files);
  } finally {
    // Closing the session frees the lock.
    await client.end().catch(() => undefined);
  }
}
