import type { RetentionKind } from '#lib/model/retention.ts';
import { byteSize } from '#lib/model/byte-size.ts';
import { RetentionField } from './retention-field.tsx';
import type { RetentionItem, StoredTable } from './retention-item.ts';
import { Cell, DataTable } from './ui/data-table.tsx';
import { ForeignText } from './ui/foreign-text.tsx';
import { TimeStamp } from './ui/time-stamp.tsx';

const dayMs = 86_400_000;

const titles: Readonly<Record<RetentionKind, string>> = {
  observations: 'Observations and findings',
  incidents: 'Incidents and their history',
  reports: 'Clients and their reports',
};

const meanings: Readonly<Record<RetentionKind, string>> = {
  observations:
    'What servers and zones showed, and what was wrong with it, once something else followed. What holds today stays, however old. Shorter: less to compare a fault with.',
  incidents:
    'Incidents that are over, who did what about them, and the messages that were sent. Programs that poll events are promised 30 days. Shorter: less to learn from the last time.',
  reports:
    'Mail programs that nobody saw for so long, counts of logins and reports of broken latches. Shorter than your customers are away on leave: the planner calls a change safe that locks them out.',
};

/** Rows and room of some tables together, by Postgres' own estimate. */
function sumOf(tables: readonly StoredTable[]): { readonly rows: number; readonly bytes: number } {
  return {
    rows: tables.reduce((sum, { rows }) => sum + (rows ?? 0), 0),
    bytes: tables.reduce((sum, { bytes }) => sum + bytes, 0),
  };
}

/** One kind of history: how long it is kept, how much there is, and since when. `now` in milliseconds since the epoch. */
export function RetentionPart({
  item,
  now,
  mayChoose,
}: {
  readonly item: RetentionItem;
  readonly now: number;
  readonly mayChoose: boolean;
}) {
  const { kind, days, minDays, maxDays, tables, oldestAt, chosen } = item;
  const { rows, bytes } = sumOf(tables);
  const ageDays = oldestAt === null ? 0 : (now - oldestAt) / dayMs;
  return (
    <section
      aria-label={titles[kind]}
      className="grid gap-x-8 gap-y-3 border-t border-line px-4 py-5 first:border-t-0 lg:grid-cols-2"
    >
      <div className="min-w-0">
        <h3 className="font-semibold">{titles[kind]}</h3>
        <p className="mt-1 max-w-prose text-sm text-muted">{meanings[kind]}</p>
        <p className="mt-2 text-sm">
          Now: about {Math.round(rows).toLocaleString('en')} rows, {byteSize(bytes)}
          {oldestAt === null ? '.' : ', the oldest from '}
          {oldestAt === null ? null : <TimeStamp at={oldestAt} now={now} form="relative" />}
        </p>
      </div>
      <div className="min-w-0">
        <RetentionField
          label="Keep for"
          name={kind}
          min={minDays}
          max={maxDays}
          defaultValue={days}
          disabled={!mayChoose || minDays === maxDays}
          bytesPerDay={ageDays < 1 ? null : bytes / ageDays}
        />
        {minDays === maxDays && mayChoose ? <input type="hidden" name={kind} value={days} /> : null}
        <p className="mt-1 text-xs text-muted">
          {minDays} to {maxDays} days.{' '}
          {chosen === null ? (
            'Nobody chose: the environment says so.'
          ) : (
            <>
              Chosen by <ForeignText text={chosen.by} maxLength={100} />{' '}
              <TimeStamp at={chosen.at} now={now} form="relative" />.
            </>
          )}
        </p>
      </div>
    </section>
  );
}

/** Tables with their rows and room, the largest first. */
export function StoredTables({
  caption,
  tables,
}: {
  readonly caption: string;
  readonly tables: readonly StoredTable[];
}) {
  return (
    <DataTable caption={caption} columns={['Table', 'Rows, about', 'On disk']}>
      {tables.map(({ name, rows, bytes }) => (
        <tr key={name}>
          <Cell mono>{name}</Cell>
          <Cell>{rows === null ? 'not counted yet' : Math.round(rows).toLocaleString('en')}</Cell>
          <Cell>{byteSize(bytes)}</Cell>
        </tr>
      ))}
    </DataTable>
  );
}
