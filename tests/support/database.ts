import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { z } from 'zod';
import { openDatabase, type Database } from '#prisma/client.ts';
import { migrate } from '#prisma/migrate.ts';
import { startEmbeddedPostgres } from '#workers/database/embedded-postgres.ts';
import { acquireOwnerLock } from '#workers/database/owner-lock.ts';

export interface TestDatabase {
  readonly url: string;
  readonly database: Database;
  readonly close: () => Promise<void>;
}

const template = 'latchwatch_template';
const serverFacts = z.object({ url: z.string() });

function databaseUrl(serverUrl: string, name: string): string {
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return url.href;
}

async function runSql(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}

/** The folder of this run's server, made by global-setup and shared by all test processes. */
function serverFolder(): string {
  const folder = process.env['TEST_POSTGRES_FOLDER'];
  if (folder === undefined) throw new Error('TEST_POSTGRES_FOLDER is unset: jest.config.mjs names global-setup.mjs');
  return folder;
}

/** Starts the server if this process is the first to ask; the others wait for what it writes down. */
async function sharedServerUrl(): Promise<string> {
  const folder = serverFolder();
  const factsFile = join(folder, 'server.json');
  for (;;) {
    if (existsSync(factsFile)) return serverFacts.parse(JSON.parse(readFileSync(factsFile, 'utf8'))).url;
    const lock = await acquireOwnerLock(folder);
    if (lock === null) {
      await delay(50);
      continue;
    }
    try {
      if (existsSync(factsFile)) continue;
      const parameters = {
        ...{ fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', max_connections: '200' },
        // Small databases, made and emptied all the time, and each time all buffers are walked through.
        shared_buffers: '128MB',
      };
      const { url, pid } = await startEmbeddedPostgres({ dataFolder: folder, parameters });
      await runSql(url, `CREATE DATABASE ${template}`);
      const migrated = await migrate(databaseUrl(url, template));
      if (!migrated.ok) throw new Error(migrated.reason);
      writeFileSync(`${factsFile}.new`, JSON.stringify({ url, pid }));
      renameSync(`${factsFile}.new`, factsFile);
    } finally {
      await lock.release();
    }
  }
}

/** A database without a table of its own name, on the server of this run: for tests of what comes before migrations. */
export async function createEmptyDatabase(): Promise<{ readonly url: string; readonly drop: () => Promise<void> }> {
  const server = await sharedServerUrl();
  const name = `test_${randomBytes(8).toString('hex')}`;
  await runSql(server, `CREATE DATABASE ${name}`);
  return { url: databaseUrl(server, name), drop: () => runSql(server, `DROP DATABASE ${name} WITH (FORCE)`) };
}

/**
 * A migrated, empty database of its own on this run's real Postgres, with an open client. Ask once a test file (in
 * `beforeAll`) and `close` it in `afterAll`.
 */
export async function createTestDatabase(): Promise<TestDatabase> {
  const server = await sharedServerUrl();
  const name = `test_${randomBytes(8).toString('hex')}`;
  await runSql(server, `CREATE DATABASE ${name} TEMPLATE ${template}`);
  const url = databaseUrl(server, name);
  const database = openDatabase(url);
  return {
    url,
    database,
    close: async () => {
      await database.$disconnect();
      await runSql(server, `DROP DATABASE ${name} WITH (FORCE)`);
    },
  };
}
