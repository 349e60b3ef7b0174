import type { ReactNode } from 'react';
import type { LatchCell } from './latch-matrix.tsx';
import { Cell, DataTable } from './ui/data-table.tsx';
import { Link } from './ui/link.tsx';

export interface CohortRow {
  readonly key: string;
  readonly name: ReactNode;
  /** Narrows to this row; null: there is nothing under it. */
  readonly href: string | null;
  /** All clients of the row. */
  readonly clients: string;
  /** How they stand to the tag that is asked for; null: none is. */
  readonly tag: LatchCell | null;
}

/** Clients in groups, with how they stand to one tag where one is asked for. */
export function CohortTable({
  caption,
  column,
  rows,
  more,
}: {
  readonly caption: string;
  /** What the groups are, e.g. `Version`. */
  readonly column: string;
  readonly rows: readonly CohortRow[];
  /** Groups that are not shown. */
  readonly more: number;
}) {
  const withTag = rows.some(({ tag }) => tag !== null);
  const columns = withTag
    ? [column, 'Latched', 'Presumed', 'Support it, not latched', 'Clients in all']
    : [column, 'Clients'];
  return (
    <>
      <DataTable caption={caption} columns={columns}>
        {rows.map(({ key, name, href, clients, tag }) => (
          <tr key={key}>
            <Cell>
              {href === null ? (
                name
              ) : (
                <Link href={href} className="link">
                  {name}
                </Link>
              )}
            </Cell>
            {tag === null ? null : (
              <>
                <Cell>{tag.latched}</Cell>
                <Cell>{tag.presumed}</Cell>
                <Cell>{tag.supported}</Cell>
              </>
            )}
            <Cell>{clients}</Cell>
          </tr>
        ))}
      </DataTable>
      {more === 0 ? null : <p className="border-t border-line px-4 py-2 text-sm text-muted">and {more} more</p>}
    </>
  );
}
