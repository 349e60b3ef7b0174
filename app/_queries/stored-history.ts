import { z } from 'zod';
import { retentionBounds, retentionKinds, retentionOf, type RetentionKind } from '#lib/model/retention.ts';
import type { RetentionItem, StoredTable } from '#components/retention-item.ts';
import { readRetentionChoices } from '#prisma/commands/retention.ts';
import { readWebSettings } from '#app/_auth/web-settings.ts';
import { database } from './database.ts';

/** Which tables each kind of history is in; what is in none of them stays. */
const tablesOf: Readonly<Record<RetentionKind, readonly string[]>> = {
  observations: ['observation_span', 'finding', 'discovery', 'preflight', 'certificate', 'certificate_place'],
  incidents: ['incident', 'incident_event', 'notice', 'external_ref'],
  reports: [
    ...['latch_holder', 'latch_holder_before', 'login_count', 'anonymous_report', 'report_count', 'report_batch'],
    ...['rejected_report', 'session_report', 'latch_failure', 'latch_failure_hour', 'tls_report', 'latch_bounce'],
    ...['census_cube', 'census_delta', 'census_class', 'census_day'],
  ],
};

const tableRows = z.array(z.object({ name: z.string(), rows: z.number().nullable(), bytes: z.number() }));
const oldestRow = z.tuple([
  z.object({ observations: z.date().nullable(), incidents: z.date().nullable(), reports: z.date().nullable() }),
]);

export interface StoredHistory {
  readonly longestDays: number;
  readonly items: readonly RetentionItem[];
  /** What always stays: promises, decisions, plans, the audit record, people. */
  readonly rest: readonly StoredTable[];
  /** When the next daily run deletes, in milliseconds since the epoch; null: no worker has planned one. */
  readonly nextRunAt: number | null;
}

/** What is kept, how much of it there is by Postgres' own estimate, and how long it stays. Counts no rows. */
export async function readStoredHistory(): Promise<StoredHistory> {
  const db = database();
  const longestDays = readWebSettings().retentionDays;
  const [choices, tables, [oldest], run] = await Promise.all([
    readRetentionChoices(db),
    readTables(),
    db.$queryRaw`
      SELECT (SELECT min(first_seen) FROM observation_span) AS observations,
        (SELECT min(at) FROM (SELECT at FROM incident_event ORDER BY id LIMIT 1) AS first) AS incidents,
        (SELECT min(week)::timestamp AT TIME ZONE 'UTC' FROM census_cube) AS reports`.then((rows) =>
      oldestRow.parse(rows),
    ),
    db.task.findFirst({ where: { kind: 'prune' }, select: { dueAt: true } }),
  ]);
  const chosen = (kind: RetentionKind): number | null => choices.get(kind)?.days ?? null;
  const kept = retentionOf(
    { observations: chosen('observations'), incidents: chosen('incidents'), reports: chosen('reports') },
    longestDays,
  );
  const known = new Set(retentionKinds.flatMap((kind) => tablesOf[kind]));
  const items = retentionKinds.map((kind): RetentionItem => {
    const choice = choices.get(kind);
    return {
      kind,
      days: kept[kind],
      ...retentionBounds(kind, longestDays),
      tables: tables.filter(({ name }) => tablesOf[kind].includes(name)),
      oldestAt: oldest[kind]?.getTime() ?? null,
      chosen: choice === undefined ? null : { at: choice.at.getTime(), by: choice.by },
    };
  });
  return {
    longestDays,
    items,
    rest: tables.filter(({ name }) => !known.has(name)),
    nextRunAt: run?.dueAt.getTime() ?? null,
  };
}

/** Tables with what Postgres last estimated of their rows and what they take on disk with their indexes; the largest first. */
async function readTables(): Promise<readonly StoredTable[]> {
  return tableRows.parse(
    await database().$queryRaw`
      SELECT relname AS name, CASE WHEN reltuples < 0 THEN NULL ELSE reltuples::float8 END AS rows,
        pg_total_relation_size(oid)::float8 AS bytes
      FROM pg_class WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace
      ORDER BY bytes DESC, name`,
  );
}
