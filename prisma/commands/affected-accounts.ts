import { z } from 'zod';
import type { CensusCube } from '#lib/model/census.ts';
import type { AffectedClass } from '#lib/planner/plan.ts';
import type { Database, Transaction } from '../client.ts';

const accountRow = z.object({ account: z.string() });
const countRow = z.tuple([z.object({ accounts: z.number() })]);

/** A look into the index of a class costs as much as so many rows that are read one after the other. */
const rowsOfLook = 5;

interface Page {
  readonly classes: readonly AffectedClass[];
  readonly after: string | null;
  readonly limit: number;
}

/**
 * Accounts with a client of these classes, in the order of their pseudonyms, after the one given. Of many classes the
 * census is read by account until the page is full; few are read each from its own index, and merged.
 */
export async function pageOfAccounts(
  db: Transaction,
  classes: readonly AffectedClass[],
  { cube, after, limit }: { readonly cube: CensusCube; readonly after: string | null; readonly limit: number },
): Promise<{ readonly accounts: readonly string[]; readonly next: string | null }> {
  if (classes.length === 0) return { accounts: [], next: null };
  const page = { classes, after, limit: limit + 1 };
  const rows = isFrequent(classes, cube) ? await readByAccount(db, page) : await readByClass(db, page);
  const accounts = rows.slice(0, limit);
  return { accounts, next: rows.length > limit ? (accounts.at(-1) ?? null) : null };
}

/** Whether a walk through all accounts fills a page sooner than a look into each class. */
function isFrequent(classes: readonly AffectedClass[], cube: CensusCube): boolean {
  const ids = new Set(classes.map(({ classId }) => classId));
  let [affected, all] = [0, 0];
  for (const { classId, holders } of cube.counts) {
    all += holders;
    if (ids.has(classId)) affected += holders;
  }
  return affected > 0 && all / affected < rowsOfLook * classes.length;
}

const noAccount = '00000000-0000-0000-0000-000000000000';

async function readByAccount(db: Transaction, { classes, after, limit }: Page): Promise<readonly string[]> {
  const { all, presumed, since } = columns(classes);
  const rows = await db.$queryRaw`
    SELECT DISTINCT account FROM latch_holder
    WHERE account > ${after ?? noAccount}::uuid AND class = ANY(${all}::int[]) AND (
      NOT class = ANY(${presumed}::int[])
      OR last_day >= (${since}::date[])[array_position(${presumed}::int[], class)]
    )
    ORDER BY account LIMIT ${limit}`;
  return accountsOf(rows);
}

async function readByClass(db: Transaction, { classes, after, limit }: Page): Promise<readonly string[]> {
  const { told, presumed, since } = columns(classes);
  const first = after ?? noAccount;
  // The index alone answers for those that told; of the others the day has to be looked up.
  const rows = await db.$queryRaw`
    SELECT DISTINCT account FROM (
      SELECT found.account FROM unnest(${told}::int[]) AS asked(class) CROSS JOIN LATERAL (
        SELECT account FROM latch_holder WHERE latch_holder.class = asked.class AND account > ${first}::uuid
        ORDER BY account LIMIT ${limit}
      ) AS found
      UNION ALL
      SELECT found.account FROM unnest(${presumed}::int[], ${since}::date[]) AS asked(class, since) CROSS JOIN LATERAL (
        SELECT account FROM latch_holder
        WHERE latch_holder.class = asked.class AND account > ${first}::uuid AND last_day >= since
        ORDER BY account LIMIT ${limit}
      ) AS found
    ) AS merged ORDER BY account LIMIT ${limit}`;
  return accountsOf(rows);
}

function accountsOf(rows: unknown): readonly string[] {
  return z
    .array(accountRow)
    .parse(rows)
    .map(({ account }) => account);
}

/** How many accounts have a client of these classes, exactly. */
export async function countAccounts(db: Database, classes: readonly AffectedClass[]): Promise<number> {
  if (classes.length === 0) return 0;
  const { told, presumed, since } = columns(classes);
  const rows = await db.$transaction(async (tx) => {
    // The accounts fit into memory; compiling the query costs more than it saves.
    await tx.$executeRaw`SET LOCAL work_mem = '128MB'`;
    await tx.$executeRaw`SET LOCAL jit = off`;
    if (presumed.length === 0) {
      return tx.$queryRaw`
        SELECT count(*)::float8 AS accounts FROM (
          SELECT FROM latch_holder WHERE class = ANY(${told}::int[]) GROUP BY account
        ) AS account`;
    }
    return tx.$queryRaw`
      SELECT count(*)::float8 AS accounts FROM (
        SELECT account FROM latch_holder WHERE class = ANY(${told}::int[])
        UNION SELECT account FROM latch_holder
        JOIN unnest(${presumed}::int[], ${since}::date[]) AS asked(class, since) USING (class) WHERE last_day >= since
      ) AS account`;
  });
  const [{ accounts }] = countRow.parse(rows);
  return accounts;
}

function columns(classes: readonly AffectedClass[]) {
  const presumed = classes.flatMap(({ classId, presumedSince }) =>
    presumedSince === null ? [] : [{ classId, presumedSince }],
  );
  return {
    all: classes.map(({ classId }) => classId),
    told: classes.flatMap(({ classId, presumedSince }) => (presumedSince === null ? [classId] : [])),
    presumed: presumed.map(({ classId }) => classId),
    since: presumed.map(({ presumedSince }) => presumedSince),
  };
}
