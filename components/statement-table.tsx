import type { DraftStatement } from '#lib/draft/statement.ts';
import { StatementCells } from './statement-cells.tsx';
import { Cell, DataTable } from './ui/data-table.tsx';
import { Link } from './ui/link.tsx';

/** Statements of the draft and the codes that speak of each. */
export function StatementTable({
  items,
}: {
  readonly items: readonly { readonly statement: DraftStatement; readonly codes: readonly string[] }[];
}) {
  return (
    <DataTable caption="Statements of the draft" columns={['Row', 'Section', 'Statement', 'Findings that speak of it']}>
      {items.map(({ statement, codes }) => (
        <tr key={statement.row} id={`row-${String(statement.row)}`}>
          <StatementCells statement={statement} />
          <Cell>
            {codes.length === 0 ? (
              <span className="text-muted">none</span>
            ) : (
              <ul className="space-y-0.5">
                {codes.map((code) => (
                  <li key={code}>
                    <Link href={`/findings/${code}`} className="link font-mono text-xs whitespace-nowrap">
                      {code}
                    </Link>
                  </li>
                ))}
              </ul>
            )}
          </Cell>
        </tr>
      ))}
    </DataTable>
  );
}
