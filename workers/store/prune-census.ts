import { z } from 'zod';
import type { Database } from '#prisma/client.ts';
import { lockCensus } from '#prisma/commands/census-lock.ts';

/** Rows of one statement. */
const portion = 1000;
/** Pages of one look at the census: some ten thousand rows, read as they lie on disk, because no index has their days. */
const pages = 256;
const lockWaitMs = 60_000;
const dayMs = 24 * 60 * 60 * 1000;
const hourMs = 60 * 60 * 1000;
/** Broken latches are kept by five minutes and network for so long… */
const failureDays = 30;
/** …and by the hour, without the network, for so long. */
const failureHourDays = 400;

interface PrunedCensus {
  readonly holders: number;
  readonly failures: number;
  readonly reports: number;
}

interface Limits {
  readonly before: Date;
  readonly now: Date;
  readonly mayGoOn: () => boolean;
}

/**
 * Deletes clients that nobody has seen since before a day, by whole weeks as the cube counts them, and what else is kept of
 * reports for too long; broken latches of more than 30 days become counts by the hour. What an operator did stays.
 */
export async function pruneCensus(db: Database, limits: Limits): Promise<PrunedCensus> {
  const holders = await pruneHolders(db, limits);
  const failures = await foldFailures(db, limits);
  return { holders, failures, reports: await pruneReports(db, limits) };
}

const weekRow = z.tuple([z.object({ week: z.string(), isDue: z.boolean(), pages: z.number() })]);
const countRow = z.tuple([z.object({ count: z.number() })]);

async function pruneHolders(db: Database, { before, mayGoOn }: Limits): Promise<number> {
  const day = before.toISOString().slice(0, 10);
  // Monday of the week that is still kept. The cube tells without a scan whether anybody is older.
  const [due] = weekRow.parse(
    await db.$queryRaw`
      SELECT to_char(date_trunc('week', ${day}::date), 'YYYY-MM-DD') AS week, coalesce((
          SELECT sum(holders) FROM (
            SELECT week, holders FROM census_cube UNION ALL SELECT week, change FROM census_delta
          ) AS counted WHERE week < date_trunc('week', ${day}::date)
        ), 0) > 0 AS "isDue",
        (pg_relation_size('latch_holder') / current_setting('block_size')::bigint)::int AS pages`,
  );
  if (!due.isDue) return 0;
  let total = 0;
  for (let page = 0; page < due.pages && mayGoOn(); page += pages) {
    total += await prunePages(db, { week: due.week, from: `(${String(page)},0)`, to: `(${String(page + pages)},0)` });
  }
  await inPortions(
    mayGoOn,
    () => db.$executeRaw`
      DELETE FROM latch_holder_before WHERE ctid = ANY (ARRAY(
        SELECT ctid FROM latch_holder_before WHERE last_day < ${due.week}::date LIMIT ${portion}))`,
  );
  return total;
}

/** One look without the lock, so that ingest waits only where there is something to delete. */
async function prunePages(
  db: Database,
  { week, from, to }: { readonly week: string; readonly from: string; readonly to: string },
): Promise<number> {
  const [{ count }] = countRow.parse(
    await db.$queryRaw`
      SELECT count(*)::int AS count FROM latch_holder
      WHERE ctid >= ${from}::tid AND ctid < ${to}::tid AND last_day < ${week}::date`,
  );
  if (count === 0) return 0;
  return db.$transaction(
    async (tx) => {
      await lockCensus(tx);
      const [gone] = countRow.parse(
        await tx.$queryRaw`
          WITH gone AS (
            DELETE FROM latch_holder WHERE ctid >= ${from}::tid AND ctid < ${to}::tid AND last_day < ${week}::date
            RETURNING class, last_day
          ), uncounted AS (
            INSERT INTO census_delta (class, week, change)
            SELECT class, date_trunc('week', last_day)::date, -count(*) FROM gone GROUP BY 1, 2
          )
          SELECT count(*)::int AS count FROM gone`,
      );
      return gone.count;
    },
    { timeout: lockWaitMs, maxWait: lockWaitMs },
  );
}

const oldestRow = z.tuple([z.object({ slot: z.date().nullable() })]);

/** Hour by hour, each in one statement. */
async function foldFailures(db: Database, { now, mayGoOn }: Limits): Promise<number> {
  const limit = Math.floor((now.getTime() - failureDays * dayMs) / hourMs) * hourMs;
  let total = 0;
  while (mayGoOn()) {
    const [{ slot }] = oldestRow.parse(await db.$queryRaw`SELECT min(slot) AS slot FROM latch_failure`);
    if (slot === null || slot.getTime() >= limit) break;
    const hour = Math.floor(slot.getTime() / hourMs) * hourMs;
    const [{ count }] = countRow.parse(
      await db.$queryRaw`
        WITH gone AS (
          DELETE FROM latch_failure WHERE slot >= ${new Date(hour)} AND slot < ${new Date(hour + hourMs)}
          RETURNING server, client, tag, network, reports
        ), kept AS (
          INSERT INTO latch_failure_hour AS known (hour, server, client, tag, networks, reports)
          SELECT ${new Date(hour)}, server, client, tag, count(DISTINCT network) FILTER (WHERE network <> ''), sum(reports)
          FROM gone GROUP BY server, client, tag
          ON CONFLICT (hour, server, client, tag) DO UPDATE SET
            networks = GREATEST(known.networks, excluded.networks), reports = known.reports + excluded.reports
        )
        SELECT count(*)::int AS count FROM gone`,
    );
    total += count;
  }
  return total;
}

async function pruneReports(db: Database, { before, now, mayGoOn }: Limits): Promise<number> {
  const day = before.toISOString().slice(0, 10);
  const oldHour = new Date(now.getTime() - failureHourDays * dayMs);
  const counts = [
    await inPortions(
      mayGoOn,
      () => db.$executeRaw`
        DELETE FROM latch_failure_hour WHERE ctid = ANY (ARRAY(
          SELECT ctid FROM latch_failure_hour WHERE hour < ${oldHour} LIMIT ${portion}))`,
    ),
    await inPortions(
      mayGoOn,
      () => db.$executeRaw`
        DELETE FROM login_count WHERE ctid = ANY (ARRAY(
          SELECT ctid FROM login_count WHERE day < ${day}::date LIMIT ${portion}))`,
    ),
    await inPortions(
      mayGoOn,
      () => db.$executeRaw`
        DELETE FROM census_day WHERE ctid = ANY (ARRAY(
          SELECT ctid FROM census_day WHERE day < ${day}::date LIMIT ${portion}))`,
    ),
    await inPortions(
      mayGoOn,
      () => db.$executeRaw`
        DELETE FROM anonymous_report WHERE ctid = ANY (ARRAY(
          SELECT ctid FROM anonymous_report WHERE day < ${day}::date LIMIT ${portion}))`,
    ),
    await inPortions(
      mayGoOn,
      () => db.$executeRaw`
        DELETE FROM report_count WHERE ctid = ANY (ARRAY(
          SELECT ctid FROM report_count WHERE hour < ${before} LIMIT ${portion}))`,
    ),
    await inPortions(
      mayGoOn,
      () => db.$executeRaw`
        DELETE FROM tls_report WHERE ctid = ANY (ARRAY(
          SELECT ctid FROM tls_report WHERE ends_at < ${before} LIMIT ${portion}))`,
    ),
    await inPortions(
      mayGoOn,
      () => db.$executeRaw`
        DELETE FROM latch_bounce WHERE ctid = ANY (ARRAY(
          SELECT ctid FROM latch_bounce WHERE day < ${day}::date LIMIT ${portion}))`,
    ),
    await inPortions(mayGoOn, () => db.$executeRaw`DELETE FROM erased_account WHERE until < ${now}`),
  ];
  return counts.reduce((sum, count) => sum + count, 0);
}

async function inPortions(mayGoOn: () => boolean, remove: () => Promise<number>): Promise<number> {
  let total = 0;
  while (mayGoOn()) {
    const count = await remove();
    total += count;
    if (count < portion) break;
  }
  return total;
}
