import { Cell, DataTable } from './ui/data-table.tsx';
import { Link } from './ui/link.tsx';

export interface CodeItem {
  readonly code: string;
  readonly summary: string;
  /** Sections of the draft that it rests on. */
  readonly sections: readonly string[];
  /** Whether the two rule packs judge it differently. */
  readonly differs: boolean;
  /** How often it holds now. */
  readonly living: number;
}

/** Everything that can be found, with how often it holds now. */
export function CodeTable({ items }: { readonly items: readonly CodeItem[] }) {
  return (
    <DataTable caption="Finding codes" columns={['Finding', 'Section', 'Rule packs', 'Holds now']}>
      {items.map((item) => (
        <tr key={item.code}>
          <Cell>
            <Link href={`/findings/${item.code}`} className="link">
              {item.summary}
            </Link>
            <span className="block font-mono text-xs text-muted">{item.code}</span>
          </Cell>
          <Cell>
            <span className="whitespace-nowrap">{item.sections.join(', ')}</span>
          </Cell>
          <Cell>{item.differs ? 'differ' : <span className="text-muted">agree</span>}</Cell>
          <Cell>
            {item.living === 0 ? <span className="text-muted">nowhere</span> : `${String(item.living)} times`}
          </Cell>
        </tr>
      ))}
    </DataTable>
  );
}
