import { ClientName } from './client-name.tsx';
import { TagList } from './tag-list.tsx';
import { Cell, DataTable } from './ui/data-table.tsx';
import { ForeignText } from './ui/foreign-text.tsx';

export interface AnonymousItem {
  readonly key: string;
  readonly name: string;
  readonly version: string;
  readonly server: string;
  readonly latched: readonly string[];
  /** As the reader may see it. */
  readonly reports: string;
  /** `YYYY-MM-DD` */
  readonly lastDay: string;
}

/** Reports that no login stands behind. */
export function AnonymousTable({ items }: { readonly items: readonly AnonymousItem[] }) {
  return (
    <DataTable
      caption="Reports without a login"
      columns={['Says it is', 'Server', 'Says it latched', 'Reports', 'Last day']}
    >
      {items.map(({ key, name, version, server, latched, reports, lastDay }) => (
        <tr key={key}>
          <Cell>
            <ClientName name={name} version={version} />
          </Cell>
          <Cell mono>
            <ForeignText text={server} maxLength={253} />
          </Cell>
          <Cell mono>
            <TagList tags={latched} />
          </Cell>
          <Cell>{reports}</Cell>
          <Cell>{lastDay}</Cell>
        </tr>
      ))}
    </DataTable>
  );
}
