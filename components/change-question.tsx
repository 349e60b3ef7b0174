import type { ReactNode } from 'react';
import { Banner } from './ui/banner.tsx';
import { DataTable, Cell } from './ui/data-table.tsx';
import { ForeignText } from './ui/foreign-text.tsx';
import { TimeStamp } from './ui/time-stamp.tsx';

export interface ChangeQuestionItem {
  readonly rows: readonly { readonly what: string; readonly before: string; readonly after: string }[];
  /** Null: nobody refused it. */
  readonly rejected: { readonly by: string; readonly at: number } | null;
}

/** A change that nobody could expect, and the place for the answer. */
export function ChangeQuestion({
  item,
  now,
  children,
}: {
  readonly item: ChangeQuestionItem;
  readonly now: number;
  readonly children: ReactNode;
}) {
  const { rejected, rows } = item;
  return (
    <>
      <div className="p-4">
        <Banner tone={rejected === null ? 'warn' : 'crit'}>
          {rejected === null ? (
            <>
              <strong>A change waits for your word.</strong> Until somebody approves it, the endpoint is compared with
              what it was before.
            </>
          ) : (
            <>
              <strong>This change was rejected</strong> by <ForeignText text={rejected.by} maxLength={100} />,{' '}
              <TimeStamp at={rejected.at} now={now} />. It counts as a fault until it is undone or approved.
            </>
          )}
        </Banner>
      </div>
      <DataTable caption="What changed" columns={['What', 'Before', 'Now']}>
        {rows.map((row) => (
          <tr key={row.what}>
            <Cell>{row.what}</Cell>
            <Cell mono>
              <ForeignText text={row.before} />
            </Cell>
            <Cell mono>
              <ForeignText text={row.after} />
            </Cell>
          </tr>
        ))}
      </DataTable>
      {children}
    </>
  );
}
