import type { RetentionKind } from '#lib/model/retention.ts';

/** A table of the database. */
export interface StoredTable {
  readonly name: string;
  /** As Postgres estimates them; null: it has not looked yet. */
  readonly rows: number | null;
  /** On disk, with indexes. */
  readonly bytes: number;
}

/** A kind of history and how long it is kept; times in milliseconds since the epoch. */
export interface RetentionItem {
  readonly kind: RetentionKind;
  readonly days: number;
  readonly minDays: number;
  readonly maxDays: number;
  readonly tables: readonly StoredTable[];
  readonly oldestAt: number | null;
  /** Who chose it in the console; null: the environment says so. */
  readonly chosen: { readonly at: number; readonly by: string } | null;
}
