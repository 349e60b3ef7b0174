import { Cell, DataTable } from './ui/data-table.tsx';
import { ForeignText } from './ui/foreign-text.tsx';
import { TimeStamp } from './ui/time-stamp.tsx';

export interface AuditItem {
  readonly id: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly actor: string;
  readonly action: string;
  readonly subject: string;
  readonly detail: readonly { readonly name: string; readonly value: string }[];
}

/** Who did what to what. */
export function AuditTable({ items, now }: { readonly items: readonly AuditItem[]; readonly now: number }) {
  return (
    <DataTable caption="Audit record" columns={['Entry', 'When', 'Who', 'What', 'To what', 'More']}>
      {items.map((item) => (
        <tr key={item.id}>
          <Cell mono>{item.id}</Cell>
          <Cell>
            <TimeStamp at={item.at} now={now} form="absolute" />
          </Cell>
          <Cell>
            <span className="inline-block min-w-36">
              <ForeignText text={item.actor} maxLength={254} />
            </span>
          </Cell>
          <Cell mono>{item.action}</Cell>
          <Cell>
            <span className="inline-block min-w-36">
              <ForeignText text={item.subject} maxLength={254} />
            </span>
          </Cell>
          <Cell>
            <ul className="text-sm">
              {item.detail.map(({ name, value }) => (
                <li key={name}>
                  <span className="text-muted">{name}</span> <ForeignText text={value} maxLength={254} />
                </li>
              ))}
            </ul>
          </Cell>
        </tr>
      ))}
    </DataTable>
  );
}
