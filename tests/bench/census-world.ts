import { createHash } from 'node:crypto';
import pg from 'pg';

/*
 * A made census of any size: row n is the same for every run with the same seed, here and in SQL, so that whoever sends
 * reports knows what is kept of it.
 */

/** An account has three clients. */
const clientsOfAccount = 3;
const worldClients = 200;
export const worldServers = 5;
/** Tags that rows have latched, by number. */
export const worldTagSets: readonly (readonly string[])[] = [
  [],
  ['tls10'],
  ['tls12'],
  ['tls-cert', 'tls10'],
  ['tls-cert', 'tls12'],
  ['tls-cert', 'tls-dane-tlsa', 'tls12'],
];
const worldTls: readonly (readonly [version: string, cipher: string])[] = [
  ['TLSv1.3', 'TLS_AES_256_GCM_SHA384'],
  ['TLSv1.2', 'ECDHE-RSA-AES256-GCM-SHA384'],
  ['TLSv1', 'ECDHE-RSA-AES128-SHA'],
];
/** Clients, servers, tag sets and TLS are all picked by one number: so many classes there are. */
const worldClasses = 5_400;

/** One row as a report would have it. */
export interface WorldRow {
  /** 32 lower-case hex digits. */
  readonly account: string;
  readonly client: number;
  readonly server: number;
  readonly tagSet: number;
  readonly tls: readonly [version: string, cipher: string];
}

/** Row `n`, counted from 0. */
export function worldRow(n: number, seed: string): WorldRow {
  const account = Math.floor(n / clientsOfAccount);
  const number = (account * 13 + (n % clientsOfAccount) * 1_733) % worldClasses;
  return {
    account: createHash('md5')
      .update(`${seed}${String(account)}`)
      .digest('hex'),
    client: number % worldClients,
    server: Math.floor(number / worldClients) % worldServers,
    tagSet: (number * 7) % worldTagSets.length,
    tls: worldTls[(number * 11) % worldTls.length] ?? ['', ''],
  };
}

/** Name and version of a client of the world. */
export function worldClient(client: number): { readonly name: string; readonly version: string } {
  return { name: `Client ${String(client % 20)}`, version: `${String(Math.floor(client / 20))}.0` };
}

/** Host of a server of the world. */
export function worldHost(server: number): string {
  return `imap${String(server)}.example.org`;
}

/** Seen today, or some time ago: half of what is left is lost every twenty days. */
export type LastSeen = 'today' | 'decaying';

/** Fills an empty, migrated census with `rows` rows. Indexes are made afterwards: that is several times faster. */
export async function fillCensus(
  databaseUrl: string,
  { rows, seed, lastSeen }: { readonly rows: number; readonly seed: string; readonly lastSeen: LastSeen },
): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await fillDictionaries(client);
    await client.query('ALTER TABLE latch_holder DROP CONSTRAINT latch_holder_pkey');
    await client.query('DROP INDEX latch_holder_class_account_idx');
    const lastDay =
      lastSeen === 'today'
        ? "(now() AT TIME ZONE 'UTC')::date"
        : `(now() AT TIME ZONE 'UTC')::date
            - LEAST(399, (-ln((hashint8(n + 1)::bigint + 2147483649) / 4294967297.0) * 28.85)::int)`;
    await client.query(
      `INSERT INTO latch_holder (account, server, client, class, first_day, last_day, reported_at, source)
      SELECT md5($2 || account)::uuid, s.id, c.id, k.id, DATE '2025-01-01', last_day, last_day::timestamptz, 1
      FROM (
        SELECT n / ${String(clientsOfAccount)} AS account, ${lastDay} AS last_day,
          ((n / ${String(clientsOfAccount)}) * 13 + (n % ${String(clientsOfAccount)}) * 1733) % ${String(worldClasses)} AS number
        FROM generate_series(0, $1::bigint - 1) AS n
      ) AS world
      JOIN world_class w USING (number)
      JOIN census_class k ON k.id = w.class
      JOIN mail_server s ON s.id = k.server
      JOIN client_name c ON c.id = k.client`,
      [rows, seed],
    );
    await client.query('SET maintenance_work_mem = $$512MB$$');
    await client.query(
      'ALTER TABLE latch_holder ADD CONSTRAINT latch_holder_pkey PRIMARY KEY (account, server, client)',
    );
    await client.query('CREATE INDEX latch_holder_class_account_idx ON latch_holder (class, account)');
    await client.query(`INSERT INTO census_cube (class, week, holders)
      SELECT class, date_trunc('week', last_day)::date, count(*) FROM latch_holder GROUP BY 1, 2`);
    await client.query('DROP TABLE world_class');
    await client.query('VACUUM ANALYZE');
    await client.query('CHECKPOINT');
  } finally {
    await client.end();
  }
}

async function fillDictionaries(client: pg.Client): Promise<void> {
  const text = (values: readonly unknown[]): string => JSON.stringify(values);
  const clients = Array.from({ length: worldClients }, (_, index) => ({ index, ...worldClient(index) }));
  const servers = Array.from({ length: worldServers }, (_, index) => ({ index, host: worldHost(index) }));
  const sets = worldTagSets.map((tags, index) => ({ index, tags }));
  const tls = worldTls.map(([version, cipher], index) => ({ index, version, cipher }));
  await client.query(
    `INSERT INTO client_name (name, version, first_seen)
    SELECT name, version, now() - interval '1 year' FROM jsonb_to_recordset($1) AS t(index int, name text, version text)
    ORDER BY index`,
    [text(clients)],
  );
  await client.query(
    `INSERT INTO mail_server (host, address, service)
    SELECT host, '', 'imap' FROM jsonb_to_recordset($1) AS t(index int, host text) ORDER BY index`,
    [text(servers)],
  );
  await client.query(
    `INSERT INTO tag_set (tags) SELECT tags FROM jsonb_to_recordset($1) AS t(index int, tags text[]) ORDER BY index`,
    [text(sets)],
  );
  await client.query(
    `INSERT INTO client_tls (version, cipher)
    SELECT version, cipher FROM jsonb_to_recordset($1) AS t(index int, version text, cipher text) ORDER BY index`,
    [text(tls)],
  );
  const numbers = Array.from({ length: worldClasses }, (_, number) => ({
    number,
    client: number % worldClients,
    server: Math.floor(number / worldClients) % worldServers,
    latched: (number * 7) % worldTagSets.length,
    tls: (number * 11) % worldTls.length,
  }));
  await client.query(`CREATE TABLE world_class (number bigint PRIMARY KEY, class int NOT NULL)`);
  await client.query(
    `WITH numbered AS (
      SELECT t.number, c.id AS client, s.id AS server, l.id AS latched, e.id AS none, x.id AS tls
      FROM jsonb_to_recordset($1) AS t(number bigint, client int, server int, latched int, tls int)
      JOIN (SELECT id, row_number() OVER (ORDER BY id) - 1 AS n FROM client_name) c ON c.n = t.client
      JOIN (SELECT id, row_number() OVER (ORDER BY id) - 1 AS n FROM mail_server) s ON s.n = t.server
      JOIN (SELECT id, row_number() OVER (ORDER BY id) - 1 AS n FROM tag_set) l ON l.n = t.latched
      JOIN (SELECT id FROM tag_set WHERE tags = '{}') e ON true
      JOIN (SELECT id, row_number() OVER (ORDER BY id) - 1 AS n FROM client_tls) x ON x.n = t.tls
    ), made AS (
      INSERT INTO census_class (client, server, latched, supported, tls, speaks_deep)
      SELECT DISTINCT client, server, latched, none, tls, true FROM numbered
      RETURNING id, client, server, latched, tls
    )
    INSERT INTO world_class (number, class)
    SELECT n.number, m.id FROM numbered n JOIN made m USING (client, server, latched, tls)`,
    [text(numbers)],
  );
}
