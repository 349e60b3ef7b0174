import type { PoolClient } from 'pg';
import type { RejectedLine } from './prepare-reports.ts';
import type { Counters } from './counters.ts';

/*
 * Sums of batches, added to what stands there. Keys are words with a blank between, taken apart by Postgres: a batch has few different ones.
 */

const logins = `INSERT INTO login_count AS c
    (server, day, source, logins, named, spoke_of_latches, proxied, proxied_without_tls)
  SELECT split_part(k, ' ', 1)::int, split_part(k, ' ', 2)::date, s, l, n, d, p, t
  FROM unnest($1::text[], $2::smallint[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[])
    AS b(k, s, l, n, d, p, t)
  ORDER BY 1, 2, 3
  ON CONFLICT (server, day, source) DO UPDATE SET logins = c.logins + EXCLUDED.logins,
    named = c.named + EXCLUDED.named, spoke_of_latches = c.spoke_of_latches + EXCLUDED.spoke_of_latches,
    proxied = c.proxied + EXCLUDED.proxied,
    proxied_without_tls = c.proxied_without_tls + EXCLUDED.proxied_without_tls`;

const anonymous = `INSERT INTO anonymous_report AS c (class, day, source, reports)
  SELECT split_part(k, ' ', 1)::int, split_part(k, ' ', 2)::date, s, n FROM unnest($1::text[], $2::smallint[], $3::bigint[]) AS b(k, s, n)
  ORDER BY 1, 2, 3
  ON CONFLICT (class, day, source) DO UPDATE SET reports = c.reports + EXCLUDED.reports`;

const failures = `INSERT INTO latch_failure AS c (slot, server, client, tag, network, source, reports)
  SELECT to_timestamp(split_part(k, ' ', 1)::bigint / 1000.0), split_part(k, ' ', 2)::int, split_part(k, ' ', 3)::int,
    split_part(k, ' ', 4), split_part(k, ' ', 5), s, n
  FROM unnest($1::text[], $2::smallint[], $3::bigint[]) AS b(k, s, n)
  ORDER BY 1, 2, 3, 4, 5, 6
  ON CONFLICT (slot, server, network, client, tag, source) DO UPDATE SET reports = c.reports + EXCLUDED.reports`;

const sources = `INSERT INTO report_count AS c (source, hour, accepted, rejected, own, overflowed)
  SELECT s, date_trunc('hour', now()), sum(a), sum(r), sum(o), sum(f)
  FROM unnest($1::smallint[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[]) AS b(s, a, r, o, f)
  GROUP BY s ORDER BY s
  ON CONFLICT (source, hour) DO UPDATE SET accepted = c.accepted + EXCLUDED.accepted,
    rejected = c.rejected + EXCLUDED.rejected, own = c.own + EXCLUDED.own,
    overflowed = c.overflowed + EXCLUDED.overflowed`;

const seen = `UPDATE report_source SET last_seen_at = now()
  WHERE number = ANY ($1::smallint[]) AND (last_seen_at IS NULL OR last_seen_at < now() - interval '5 seconds')`;

const samples = `INSERT INTO rejected_report (source, at, pointer, detail)
  SELECT s, now(), p, d FROM unnest($1::smallint[], $2::text[], $3::text[]) AS b(s, p, d)`;

/** Refused lines of a batch that are kept as an example. */
const samplesOfBatch = 3;

/** A batch's sums, and what of it was refused. */
export interface CountedBatch {
  readonly counters: Counters;
  readonly rejected: readonly RejectedLine[];
}

/** Sums of several batches, so that each row is written once. */
function sumUp<T>(
  batches: readonly CountedBatch[],
  pick: (counters: Counters) => ReadonlyMap<string, T>,
  plus: (a: T, b: T) => T,
): readonly { readonly key: string; readonly source: number; readonly value: T }[] {
  const sums = new Map<string, { key: string; source: number; value: T }>();
  for (const { counters } of batches) {
    for (const [key, value] of pick(counters)) {
      const name = `${String(counters.source)} ${key}`;
      const known = sums.get(name);
      sums.set(name, { key, source: counters.source, value: known === undefined ? value : plus(known.value, value) });
    }
  }
  return [...sums.values()];
}

/** Adds the sums of batches that have not been counted. Only under the census lock. */
export async function writeCounters(tx: PoolClient, batches: readonly CountedBatch[]): Promise<void> {
  const loginRows = sumUp(
    batches,
    (counters) => counters.logins,
    (a, b) => ({
      logins: a.logins + b.logins,
      named: a.named + b.named,
      spoke: a.spoke + b.spoke,
      proxied: a.proxied + b.proxied,
      proxiedWithoutTls: a.proxiedWithoutTls + b.proxiedWithoutTls,
    }),
  );
  const numbers = (a: number, b: number): number => a + b;
  const anonymousRows = sumUp(batches, (counters) => counters.anonymous, numbers);
  const failureRows = sumUp(batches, (counters) => counters.failures, numbers);
  const run = async (name: string, text: string, values: readonly unknown[]): Promise<void> => {
    await tx.query({ name, text, values: [...values] });
  };
  if (loginRows.length > 0) {
    await run('census-logins', logins, [
      loginRows.map(({ key }) => key),
      loginRows.map(({ source }) => source),
      loginRows.map(({ value }) => value.logins),
      loginRows.map(({ value }) => value.named),
      loginRows.map(({ value }) => value.spoke),
      loginRows.map(({ value }) => value.proxied),
      loginRows.map(({ value }) => value.proxiedWithoutTls),
    ]);
  }
  for (const [name, text, rows] of [
    ['census-anonymous', anonymous, anonymousRows],
    ['census-failures', failures, failureRows],
  ] as const) {
    if (rows.length === 0) continue;
    await run(name, text, [
      rows.map(({ key }) => key),
      rows.map(({ source }) => source),
      rows.map(({ value }) => value),
    ]);
  }
  await run('census-sources', sources, [
    batches.map(({ counters }) => counters.source),
    batches.map(({ counters }) => counters.accepted),
    batches.map(({ rejected }) => rejected.length),
    batches.map(({ counters }) => counters.own),
    batches.map(({ counters }) => counters.overflowed),
  ]);
  await run('census-seen', seen, [[...new Set(batches.map(({ counters }) => counters.source))]]);
  const examples = batches.flatMap(({ counters, rejected }) =>
    rejected.slice(0, samplesOfBatch).map(({ pointer, detail }) => ({ source: counters.source, pointer, detail })),
  );
  if (examples.length > 0) {
    await run('census-samples', samples, [
      examples.map(({ source }) => source),
      examples.map(({ pointer }) => pointer),
      examples.map(({ detail }) => detail),
    ]);
  }
}
