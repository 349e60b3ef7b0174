import type { Pool, PoolClient } from 'pg';
import { z } from 'zod';
import type { Holder, RenamedAccount } from './holder.ts';

/*
 * Most reports say what is known. They are found by reading, without a lock and without a write; what is left changes the
 * census under the lock, where the same question is asked once more.
 */

/** The batch as a table `b`; `speaks` is whether the client speaks of latches, `n` the place in the batch from 1 on. */
const batch = `(SELECT *, to_timestamp(at_ms / 1000.0) AS at
    FROM unnest($1::uuid[], $2::int[], $3::int[], $4::int[], $5::boolean[], $6::date[], $7::date[], $8::bigint[],
      $9::smallint[]) WITH ORDINALITY
    AS t(account, server, client, class, speaks, first_day, last_day, at_ms, source, n)) AS b`;

/** Whether a row `h`, or its absence, is changed by `b`. Silence on latches changes no class that speaks of them. */
const changes = `(h.account IS NULL OR h.last_day < b.last_day OR b.first_day < h.first_day
    OR (h.class <> b.class AND h.reported_at <= b.at AND (b.speaks OR NOT c.speaks_deep)))`;

const findChanged = `SELECT b.n::int AS n FROM ${batch}
    LEFT JOIN latch_holder h ON h.account = b.account AND h.server = b.server AND h.client = b.client
    LEFT JOIN census_class c ON c.id = h.class
    WHERE ${changes}`;

const move = `WITH moved AS (
    SELECT b.account, b.previous FROM unnest($1::uuid[], $2::uuid[]) AS b(account, previous)
  ), gone AS (
    DELETE FROM latch_holder h USING moved m, latch_holder n
    WHERE h.account = m.previous AND n.account = m.account AND n.server = h.server AND n.client = h.client
    RETURNING h.class, h.last_day, h.account, h.server, h.client
  ), counted AS (
    INSERT INTO census_delta (class, week, change)
    SELECT class, date_trunc('week', last_day)::date, -count(*) FROM gone GROUP BY 1, 2
  ), taken AS (
    UPDATE latch_holder_before b SET account = m.account FROM moved m
    WHERE b.account = m.previous AND NOT EXISTS (
      SELECT FROM latch_holder_before o WHERE o.account = m.account AND o.server = b.server AND o.client = b.client
        AND o.taken_by = b.taken_by)
  )
  UPDATE latch_holder h SET account = m.account FROM moved m
  WHERE h.account = m.previous
    AND NOT EXISTS (SELECT FROM latch_holder n WHERE n.account = m.account AND n.server = h.server AND n.client = h.client)`;

const write = `WITH cur AS MATERIALIZED (
    SELECT b.*, h.account IS NULL AS is_new, h.class AS old_class, h.first_day AS old_first, h.last_day AS old_last,
      h.reported_at AS old_at, h.source AS old_source,
      CASE WHEN h.account IS NULL OR (h.reported_at <= b.at AND (b.speaks OR NOT c.speaks_deep))
        THEN b.class ELSE h.class END AS new_class,
      -- Who told the class owns the row: a claim must not outlive its source in the row of another.
      CASE WHEN h.account IS NULL OR (h.reported_at <= b.at AND (b.speaks OR NOT c.speaks_deep))
        THEN b.source ELSE h.source END AS new_source
    FROM ${batch}
    LEFT JOIN latch_holder h ON h.account = b.account AND h.server = b.server AND h.client = b.client
    LEFT JOIN census_class c ON c.id = h.class
    LEFT JOIN erased_account e ON e.account = b.account AND e.until > now()
    WHERE e.account IS NULL AND ${changes}
  ), kept AS (
    INSERT INTO latch_holder_before
      (account, server, client, taken_by, class, first_day, last_day, reported_at, source)
    SELECT account, server, client, source, old_class, old_first, old_last, old_at, old_source
    FROM cur WHERE NOT is_new AND old_source <> new_source
    ON CONFLICT (account, server, client, taken_by) DO UPDATE SET class = EXCLUDED.class,
      first_day = EXCLUDED.first_day, last_day = EXCLUDED.last_day, reported_at = EXCLUDED.reported_at,
      source = EXCLUDED.source
  ), written AS (
    INSERT INTO latch_holder AS h (account, server, client, class, first_day, last_day, reported_at, source)
    SELECT account, server, client, new_class, first_day, last_day, at, new_source FROM cur ORDER BY account, server, client
    ON CONFLICT (account, server, client) DO UPDATE SET class = EXCLUDED.class,
      first_day = LEAST(h.first_day, EXCLUDED.first_day), last_day = GREATEST(h.last_day, EXCLUDED.last_day),
      reported_at = GREATEST(h.reported_at, EXCLUDED.reported_at), source = EXCLUDED.source
  ), moved AS (
    SELECT new_class AS class, date_trunc('week', GREATEST(last_day, old_last))::date AS week, 1 AS change FROM cur
    UNION ALL
    SELECT old_class, date_trunc('week', old_last)::date, -1 FROM cur WHERE NOT is_new
  ), counted AS (
    INSERT INTO census_delta (class, week, change)
    SELECT class, week, sum(change) FROM moved GROUP BY class, week HAVING sum(change) <> 0
  )
  SELECT count(*)::int AS changed FROM cur`;

/** An array as Postgres reads it. For numbers, days and hex digits only: nothing is quoted. */
function arrayText(values: readonly (string | number | boolean)[]): string {
  return `{${values.join(',')}}`;
}

function columns(holders: readonly Holder[]): readonly string[] {
  return [
    arrayText(holders.map(({ account }) => account)),
    arrayText(holders.map(({ server }) => server)),
    arrayText(holders.map(({ client }) => client)),
    arrayText(holders.map((holder) => holder.class)),
    arrayText(holders.map(({ speaksDeep }) => speaksDeep)),
    arrayText(holders.map(({ firstDay }) => firstDay)),
    arrayText(holders.map(({ lastDay }) => lastDay)),
    arrayText(holders.map(({ at }) => at)),
    arrayText(holders.map(({ source }) => source)),
  ];
}

const findUnmoved = `SELECT DISTINCT b.previous::text AS previous FROM unnest($1::uuid[]) AS b(previous)
    WHERE EXISTS (SELECT FROM latch_holder h WHERE h.account = b.previous)`;

/** Those of the holders that say something new, or whose row still stands under the key before. Reads only. */
export async function findChangedHolders(db: Pool, holders: readonly Holder[]): Promise<readonly Holder[]> {
  if (holders.length === 0) return [];
  const { rows } = await db.query<unknown[]>({
    name: 'census-changed',
    text: findChanged,
    values: [...columns(holders)],
  });
  const changed = new Set(
    z
      .array(z.object({ n: z.number() }))
      .parse(rows)
      .map(({ n }) => n),
  );
  const unmoved = await findUnmovedAccounts(db, renamedOf(holders));
  return holders.filter(
    ({ previous }, index) => changed.has(index + 1) || (previous !== null && unmoved.has(previous)),
  );
}

/** Previous pseudonyms of these accounts under which rows still stand. Reads only; asks nothing where there are none. */
export async function findUnmovedAccounts(db: Pool, renamed: readonly RenamedAccount[]): Promise<ReadonlySet<string>> {
  if (renamed.length === 0) return new Set();
  const { rows } = await db.query<unknown[]>({
    name: 'census-unmoved',
    text: findUnmoved,
    values: [renamed.map(({ previous }) => previous)],
  });
  const found = z.array(z.object({ previous: z.string() })).parse(rows);
  return new Set(found.map(({ previous }) => previous.replaceAll('-', '')));
}

/** Moves the rows of accounts to their new pseudonyms, and joins them with what is there. Only under the census lock. */
export async function moveAccounts(tx: PoolClient, renamed: readonly RenamedAccount[]): Promise<void> {
  if (renamed.length === 0) return;
  // One statement cannot make one row of two: where a sender names two pseudonyms, the other one moves another time.
  const previousOf = new Map(renamed.map(({ account, previous }) => [account, previous]));
  await tx.query({ name: 'census-move', text: move, values: [[...previousOf.keys()], [...previousOf.values()]] });
}

function renamedOf(holders: readonly Holder[]): readonly RenamedAccount[] {
  const renamed: RenamedAccount[] = [];
  for (const { account, previous } of holders) if (previous !== null) renamed.push({ account, previous });
  return renamed;
}

/** Writes holders, each client once, and what they change in the cube. Only under the census lock. Gives how many. */
export async function writeHolders(tx: PoolClient, holders: readonly Holder[]): Promise<number> {
  if (holders.length === 0) return 0;
  await moveAccounts(tx, renamedOf(holders));
  const { rows } = await tx.query<unknown[]>({ name: 'census-write', text: write, values: [...columns(holders)] });
  return z.tuple([z.object({ changed: z.number() })]).parse(rows)[0].changed;
}
